"""What a request's signature must be, written from AWS's description of Signature Version 4."""

import hashlib
import hmac
from urllib.parse import parse_qsl, quote, urlsplit


def encode(text):
    return quote(text, safe='-_.~')


def tidied(path):
    segments = []
    for segment in path.split('/'):
        if segment == '..':
            segments = segments[:-1]
        elif segment not in ('', '.'):
            segments.append(segment)
    return '/' + '/'.join(segments) + ('/' if segments and path.endswith('/') else '')


def verified(method, url, headers, payload_hash, signed_names, keys, scope, stamp):
    """The signature that AWS's description gives for what arrived: "Create a signed AWS API request", step by step."""
    parts, service = urlsplit(url), scope.split('/')[2]
    path = parts.path if service == 's3' else quote(tidied(parts.path), safe='/-_.~')
    query = sorted((encode(name), encode(value)) for name, value in parse_qsl(parts.query, keep_blank_values=True, encoding='utf-8') if name != 'X-Amz-Signature')
    received = {'host': parts.netloc.lower()}
    for name, value in headers:
        received[name.lower()] = ' '.join(value.split())
    canonical = '\n'.join([method, path, '&'.join('='.join(pair) for pair in query), *(f'{name}:{received[name]}' for name in signed_names.split(';')), '',
                           signed_names, payload_hash])
    key = ('AWS4' + keys['secret']).encode()
    for part in scope.split('/'):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    text = '\n'.join(['AWS4-HMAC-SHA256', stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
