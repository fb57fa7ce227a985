"""Stand-ins for the API servers of EKS clusters: over TLS, and who comes in must show the token that EKS takes. No real cluster takes part."""

import base64
import datetime
import ipaddress
import ssl
import sys
from urllib.parse import parse_qsl, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from lifeboat_stack import REPOSITORY

sys.path += [str(REPOSITORY / "tests/aws"), str(REPOSITORY / "tests/golden")]

from api_server_stand_in import ApiServer, status  # noqa: E402
from signature_verifier import verified  # noqa: E402

NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # The digest of no content.
PREFIX = "k8s-aws-v1."


def certificate():
    """(PEM of a certificate that vouches for itself and 127.0.0.1, PEM of its key)"""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "stand-in")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(key, hashes.SHA256()))
    return (made.public_bytes(serialization.Encoding.PEM),
            key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))


class ClusterDoor(ApiServer):
    """The API server of the cluster of that name. A token is a question to STS who its maker is, signed for this cluster; EKS would ask it, we check its signature."""

    def __init__(self, cluster, key, folder):
        pem, private = certificate()
        file = folder / "cluster.pem"
        file.touch(mode=0o600)
        file.write_bytes(private + pem)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(file)
        file.unlink()
        self.cluster, self.key, self.authority, self.refused = cluster, key, base64.b64encode(pem).decode(), []
        super().__init__(tls)

    def refusal(self, headers):
        problem = self.problem_of(headers.get("Authorization", ""))
        if problem:
            self.refused.append(problem)
        return status(401, "Unauthorized", problem) if problem else None

    def problem_of(self, authorization):
        token = authorization.removeprefix("Bearer ")
        if not token.startswith(PREFIX) or token.endswith("="):
            return f"not a token of EKS: {token[:20]}"
        coded = token.removeprefix(PREFIX)
        url = base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()
        query = dict(parse_qsl(urlsplit(url).query))
        if query.get("Action") != "GetCallerIdentity" or query["X-Amz-SignedHeaders"] != "host;x-k8s-aws-id" or int(query["X-Amz-Expires"]) > 60:
            return f"not what EKS asks STS: {query}"
        key_id, scope = query["X-Amz-Credential"].split("/", 1)
        signature = verified("GET", url, [("x-k8s-aws-id", self.cluster)], NOTHING, query["X-Amz-SignedHeaders"], {"secret": self.key["secret_access_key"]}, scope,
                             query["X-Amz-Date"])
        return None if (key_id, signature) == (self.key["access_key_id"], query["X-Amz-Signature"]) else "somebody else has signed this, or for another cluster"
