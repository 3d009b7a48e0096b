"""What proves who speaks stays secret, and outlives the keys it lies under (G10)."""

from cryptography.fernet import Fernet
from pydantic import SecretStr

from config.keyring import Keyring
from pipeline import rekey
from pipeline.crm.credentials import rekey_secrets
from pipeline.crm.secrets import unseal
from pipeline.desk import Desk
from tests.crm.world import standing, subscribe

NEW = Fernet.generate_key().decode()


def test_a_new_key_takes_over_and_the_old_one_is_needed_no_more(desk: Desk) -> None:
    subscribe(desk, name="one")
    before, first = standing(desk, "one"), desk.keyring
    try:
        desk.keyring = Keyring(SecretStr(f"{NEW},{desk.settings.credential_keys.get_secret_value()}"))
        assert rekey.rekey(desk).accounts == 1
        assert rekey_secrets(desk) == (0, [])
        only_new = Keyring(SecretStr(NEW))
        after = standing(desk, "one")
        assert unseal(after.secrets, only_new, desk.now()) == unseal(before.secrets, first, desk.now())
        desk.keyring = Keyring(SecretStr(Fernet.generate_key().decode()))
        assert rekey_secrets(desk) == (0, ["one"])
    finally:
        desk.keyring = first


def test_a_token_is_kept_as_its_hash_alone(desk: Desk) -> None:
    token = subscribe(desk)
    assert token not in str(standing(desk).model_dump())
