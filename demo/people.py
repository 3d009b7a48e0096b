"""The citizens of the day: made up, and other ones in every run, so that nobody repeats an earlier report."""

from dataclasses import dataclass

_STEP = 173
"""How far apart two runs' citizens are; prime to the ten thousand numbers there are."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """A citizen by number, as the channels know one in this run."""

    number: int
    run: int

    @property
    def index(self) -> int:
        """Which of the ten thousand made-up citizens it is."""
        return (self.run * _STEP + self.number) % 10_000

    @property
    def name(self) -> str:
        """A name that nobody takes for a person's."""
        return f"Örnek Vatandaş {self.number}"

    @property
    def phone(self) -> str:
        """A mobile number in E.164, of the block +90 532 000 00 00 that this project's samples use."""
        return f"+90532000{self.index:04d}"

    @property
    def typed_phone(self) -> str:
        """The same as people write it."""
        return f"0532 000 {self.index // 100:02d} {self.index % 100:02d}"

    @property
    def email(self) -> str:
        """An address in a domain that can never exist (RFC 2606)."""
        return f"vatandas{self.number}.{self.run}@posta.example"

    @property
    def chat(self) -> int:
        """What a chat service calls them."""
        return 700_000_000_000 + self.index

    @property
    def client(self) -> str:
        """The address they surf from, of a block kept for examples (RFC 5737)."""
        return f"198.51.100.{self.number % 254 + 1}"
