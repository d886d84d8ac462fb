"""An encrypted connection to a house, which counts as made when the handshake is done and the house's certificate is believed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from OpenSSL import SSL
from service_identity.exceptions import CertificateError, VerificationError
from service_identity.pyopenssl import verify_hostname, verify_ip_address
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IProtocolFactory, IReactorTime, IStreamClientEndpoint
from twisted.internet.protocol import Factory, connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer

from chatroom.core.addresses import spot
from chatroom.tls import Encrypted
from chatroom.trust import Untrusted

Judge = Callable[[str, bool], None]
"""Believe a certificate by its fingerprint and whether an authority vouches for it, or raise `Untrusted`."""


class NotEncrypted(Untrusted):
    """Say that what answers does not speak TLS."""


class Doubts:
    """Note what is wrong with a certificate, for the judge."""

    def __init__(self) -> None:
        self.found = False


class Asking:
    """Begin handshakes that end well whatever certificate is shown; who judges it is told what was found."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._context = SSL.Context(SSL.TLS_CLIENT_METHOD)
        self._context.set_min_proto_version(SSL.TLS1_2_VERSION)
        self._context.set_options(SSL.OP_NO_COMPRESSION)
        self._context.set_default_verify_paths()
        self._context.set_verify(SSL.VERIFY_PEER, _note)

    def connection(self) -> SSL.Connection:
        """Make the TLS state of one connection."""
        connection = SSL.Connection(self._context, None)
        connection.set_connect_state()
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


class Asked(Encrypted):
    """Be the asking end of one TLS connection; `made` gives what is spoken inside, once the certificate is believed."""

    def __init__(self, connection: SSL.Connection, inner: Believing, clock: IReactorTime) -> None:
        super().__init__(connection, inner, clock)
        self.made: Deferred[Any] = Deferred(lambda _: self.transport.abortConnection())
        self._believing = inner

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Tell whoever waits that there is no encryption to be had."""
        super().connectionLost(reason)
        if not self.made.called:
            why = "it does not speak TLS" if self.garbled else reason.getErrorMessage()
            self.made.errback(self._believing.doubt or Failure(NotEncrypted(why)))

    def _shaken(self) -> bool:
        done = super()._shaken()
        if done and not self.made.called:
            self.made.callback(self._inside.protocol)
        return done


@implementer(IProtocolFactory)
class Believing(Factory):
    """Make what is spoken inside a connection whose certificate is believed, and nothing inside another."""

    noisy = False

    def __init__(self, inner: IProtocolFactory, believe: Callable[[], None]) -> None:
        self._inner = inner
        self._believe = believe
        self.doubt: Failure | None = None

    def buildProtocol(self, addr: Any) -> Any:
        """Judge the certificate first."""
        try:
            self._believe()
        except Untrusted:
            self.doubt = Failure()
            return None
        return self._inner.buildProtocol(addr)


@implementer(IStreamClientEndpoint)
class EncryptedEndpoint:
    """Connect with TLS to a house; fail with `Untrusted` when its certificate is not believed."""

    def __init__(self, endpoint: IStreamClientEndpoint, host: str, judge: Judge, clock: IReactorTime, patience: float) -> None:
        self._endpoint = endpoint
        self._asking = Asking(host)
        self._judge = judge
        self._clock = clock
        self._patience = patience

    def connect(self, protocolFactory: IProtocolFactory) -> Deferred[Any]:
        """Give what the factory makes once it can speak in private."""
        connection = self._asking.connection()
        asked = Asked(connection, Believing(protocolFactory, partial(self._believe, connection)), self._clock)
        factory = Factory()
        factory.noisy = False
        factory.buildProtocol = lambda addr: asked  # type: ignore[method-assign]
        connecting = self._endpoint.connect(factory)
        return connecting.addCallback(lambda _: asked.made.addTimeout(self._patience, self._clock))

    def _believe(self, connection: SSL.Connection) -> None:
        certificate = connection.get_peer_certificate()
        if certificate is None:
            raise Untrusted("The house showed no certificate.")
        self._judge(certificate.digest("sha256").decode(), self._asking.vouched(connection))
