"""An encrypted connection to a house, which counts as made when the handshake is done and the house's certificate is believed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from OpenSSL import SSL
from service_identity.exceptions import CertificateError, VerificationError
from service_identity.pyopenssl import verify_hostname, verify_ip_address
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import wrapClientTLS
from twisted.internet.interfaces import (
    IAddress,
    IHandshakeListener,
    IOpenSSLClientConnectionCreator,
    IProtocolFactory,
    IReactorTime,
    IStreamClientEndpoint,
)
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer

from chatroom.client.trust import Untrusted
from chatroom.core.addresses import spot

Judge = Callable[[str, bool], None]
"""Believe a certificate by its fingerprint and whether an authority vouches for it, or raise `Untrusted`."""


class NotEncrypted(Untrusted):
    """Say that what answers does not speak TLS."""


class Doubts:
    """Note what is wrong with a certificate, for the judge."""

    def __init__(self) -> None:
        self.found = False


@implementer(IOpenSSLClientConnectionCreator)
class Asking:
    """Begin handshakes that end well whatever certificate is shown; who judges it is told what was found."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._context = SSL.Context(SSL.TLS_CLIENT_METHOD)
        self._context.set_min_proto_version(SSL.TLS1_2_VERSION)
        self._context.set_options(SSL.OP_NO_COMPRESSION)
        self._context.set_default_verify_paths()
        self._context.set_verify(SSL.VERIFY_PEER, _note)

    def clientConnectionForTLS(self, tlsProtocol: Any) -> SSL.Connection:
        """Make the TLS state of one connection."""
        connection = SSL.Connection(self._context, None)
        connection.set_app_data(Doubts())
        if spot(self._host) is None:
            connection.set_tlsext_host_name(self._host.encode("idna"))
        return connection

    def vouched(self, connection: SSL.Connection) -> bool:
        """Tell whether an authority vouches for the certificate and it is this host's."""
        if connection.get_app_data().found:
            return False
        check = verify_hostname if spot(self._host) is None else verify_ip_address
        try:
            check(connection, self._host)
        except (CertificateError, VerificationError):
            return False
        return True


def _note(connection: SSL.Connection, certificate: object, error: int, depth: int, fine: int) -> bool:
    if not fine:
        connection.get_app_data().found = True
    return True


@implementer(IHandshakeListener)
class Shaking(Protocol):
    """Wait for the handshake, and judge the certificate."""

    transport: Any

    def __init__(self, believe: Callable[[SSL.Connection], None]) -> None:
        self.done: Deferred[Any] = Deferred(lambda _: self.transport.abortConnection())
        self._believe = believe

    def handshakeCompleted(self) -> None:
        """Tell whoever waits, if the certificate is believed."""
        try:
            self._believe(self.transport.getHandle())
        except Untrusted:
            self._finish(Failure())
            self.transport.abortConnection()
        else:
            self._finish(self.transport)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Tell whoever waits that there is no encryption to be had."""
        self._finish(Failure(NotEncrypted(reason.getErrorMessage())))

    def _finish(self, result: Any) -> None:
        if not self.done.called:
            self.done.callback(result)


@implementer(IStreamClientEndpoint)
class EncryptedEndpoint:
    """Connect with TLS to a house; fail with `Untrusted` when its certificate is not believed."""

    def __init__(self, endpoint: IStreamClientEndpoint, host: str, judge: Judge, clock: IReactorTime, patience: float) -> None:
        self._asking = Asking(host)
        self._clock = clock
        self._patience = patience
        self._endpoint = wrapClientTLS(self._asking, endpoint)
        self._judge = judge

    def connect(self, protocolFactory: IProtocolFactory) -> Deferred[Any]:
        """Give what the factory makes once it can speak in private."""
        shaking = Shaking(self._believe)
        factory = Factory()
        factory.noisy = False
        factory.buildProtocol = lambda addr: shaking  # type: ignore[method-assign]

        def speak(transport: Any) -> Any:
            address: IAddress = transport.getPeer()
            protocol = protocolFactory.buildProtocol(address)
            transport.wrappedProtocol = protocol
            if protocol is not None:
                protocol.makeConnection(transport)
            return protocol

        connecting = self._endpoint.connect(factory)
        return connecting.addCallback(lambda _: shaking.done.addTimeout(self._patience, self._clock)).addCallback(speak)

    def _believe(self, connection: SSL.Connection) -> None:
        certificate = connection.get_peer_certificate()
        if certificate is None:
            raise Untrusted("The house showed no certificate.")
        self._judge(certificate.digest("sha256").decode(), self._asking.vouched(connection))
