"""Whether a request carries the signature that its key and its text make: Signature Version 4, from the specification."""

import hashlib
import hmac
import re
from urllib.parse import parse_qsl, quote, unquote

from .core import AwsError

_AUTHORIZATION = re.compile(r'AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([a-z0-9-]+)/([a-z0-9.-]+)/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})')


def scope_of(headers):
    """(key id, region, service) of a signed request; nothing of an unsigned one."""
    match = _AUTHORIZATION.fullmatch(headers.get('authorization', ''))
    return (match[1], match[3], match[4]) if match else None


def _hmac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _canonical_path(raw_path, service):
    # S3 alone does not encode what is encoded already.
    return raw_path if service == 's3' else quote(raw_path, safe='/~')


def _canonical_query(query):
    pairs = sorted((quote(key, safe='~'), quote(value, safe='~')) for key, value in parse_qsl(query.replace('+', '%2B'), keep_blank_values=True))
    return '&'.join(f'{key}={value}' for key, value in pairs)


def check(secret_of, method, raw_path, query, headers, body):
    """Raises what AWS answers to a key that does not exist and to a signature that is not the request's."""
    match = _AUTHORIZATION.fullmatch(headers.get('authorization', ''))
    if match is None:
        raise AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403)
    key_id, day, region, service, names, given = match.groups()
    secret = secret_of(key_id)
    if secret is None:
        raise AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.', 403)
    content = headers.get('x-amz-content-sha256') or hashlib.sha256(body).hexdigest()
    if re.fullmatch('[0-9a-f]{64}', content) and content != hashlib.sha256(body).hexdigest():
        raise AwsError('XAmzContentSHA256Mismatch', 'The provided x-amz-content-sha256 header does not match what was computed.')
    signed = ''.join(f'{name}:{re.sub(" +", " ", headers.get(name, "")).strip()}\n' for name in names.split(';'))
    canonical = '\n'.join([method, _canonical_path(raw_path, service), _canonical_query(query), signed, names, content])
    text = '\n'.join(['AWS4-HMAC-SHA256', headers.get('x-amz-date', ''), f'{day}/{region}/{service}/aws4_request', hashlib.sha256(canonical.encode()).hexdigest()])
    key = ('AWS4' + secret).encode()
    for part in (day, region, service, 'aws4_request'):
        key = _hmac(key, part)
    if not hmac.compare_digest(hmac.new(key, text.encode(), hashlib.sha256).hexdigest(), given):
        raise AwsError('SignatureDoesNotMatch', 'The request signature we calculated does not match the signature you provided.', 403)


def path_of(raw_path):
    return unquote(raw_path)
