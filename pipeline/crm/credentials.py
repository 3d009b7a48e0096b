"""Proving who speaks to an outside CRM: changing its secret and its token, and trying them."""

from datetime import timedelta
from uuid import uuid4

from connectors.crm import Webhook, new_secret
from domain.errors import NotConfiguredError
from pipeline.crm.envelope import encoded, source_of, type_name
from pipeline.crm.secrets import Credentials, Secret, new_token, seal, token_hash, unseal
from pipeline.crm.subscribers import known
from pipeline.crm.webhooks import webhooks_of
from pipeline.desk import Desk
from pipeline.refusal import RefusedError

_TEST = "test"


def rotate_secret(desk: Desk, name: str, keep: timedelta) -> Credentials:
    """A new signing secret; the one before signs beside it for so long. Raises RefusedError as `pause`."""
    now, fresh = desk.now(), new_secret()
    with desk.uow() as uow:
        mine = known(uow, name)
        before = unseal(mine.secrets, desk.keyring, now)[0]
        kept = [Secret(value=fresh), Secret(value=before.value, until=now + keep)]
        uow.crm_subscribers.change(mine.id or 0, secrets=seal(kept, desk.keyring), next_try_at=now)
        uow.commit()
    return Credentials(secret=fresh)


def rotate_token(desk: Desk, name: str) -> Credentials:
    """A new token; the one before is void at once. Raises RefusedError as `pause`."""
    token = new_token()
    with desk.uow() as uow:
        mine = known(uow, name)
        uow.crm_subscribers.change(mine.id or 0, token_hash=token_hash(token), next_try_at=desk.now())
        uow.commit()
    return Credentials(token=token)


def rekey_secrets(desk: Desk) -> tuple[int, list[str]]:
    """Encrypt all secrets anew that are not under the newest key; returns how many subscribers' those were,
    and the names of those that no key opens."""
    moved, left = 0, []
    with desk.uow() as uow:
        for mine in uow.crm_subscribers.all():
            try:
                if not desk.keyring.is_newest(mine.secrets):
                    fresh = desk.keyring.rotate(mine.secrets)
                    moved += uow.crm_subscribers.reseal(mine.id or 0, mine.secrets, fresh)
            except NotConfiguredError:
                left.append(mine.name)
        uow.commit()
    return moved, left


def send_test(desk: Desk, name: str) -> int:
    """Post an event that is about no case; returns the status that took it. Raises RefusedError for one that
    has no address, and whatever is wrong with its receiver."""
    now = desk.now()
    with desk.uow() as uow:
        mine = known(uow, name)
    if mine.url is None:
        raise RefusedError("no_url", name=name)
    event = {
        "specversion": "1.0",
        "id": f"{_TEST}-{uuid4()}",
        "source": source_of(desk.settings),
        "type": type_name(desk.settings, _TEST),
        "time": now.isoformat(),
    }
    keys = [each.value for each in unseal(mine.secrets, desk.keyring, now)]
    return webhooks_of(desk).post(mine.url, Webhook(id=event["id"], body=encoded(event)), keys, now)
