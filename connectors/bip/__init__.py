"""The BiP channel: a service account of Turkcell's messenger, called by it and sending through it."""

from connectors.base import ConnectorSpec
from connectors.bip.connector import Bip
from connectors.bip.parsing import BipParser
from connectors.bip.settings import BipSettings
from domain.vocabulary import Channel

BIP = ConnectorSpec(channel=Channel.BIP, settings=BipSettings, build=Bip, parser=BipParser)
