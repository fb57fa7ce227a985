import type { ErrorBody } from '../documents/operation';

/** An answer that is not a document: refused, no session, or no contact. */
export interface Problem {
  /** 0: nothing answered. */
  status: number;
  message: string;
  help: string;
}

export type Answer<T> = { ok: true; document: T } | { ok: false; problem: Problem };

const timeout_ms = 20_000;

export async function request<T>(method: string, path: string, body?: unknown, csrf?: string): Promise<Answer<T>> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (csrf) headers['X-Lifeboat-CSRF'] = csrf;
  try {
    const response = await fetch(path, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body), credentials: 'same-origin', signal: AbortSignal.timeout(timeout_ms),
    });
    const document: unknown = response.status === 204 ? {} : await response.json();
    if (response.ok) return { ok: true, document: document as T };
    return { ok: false, problem: problem_of(response.status, document) };
  } catch {
    return { ok: false, problem: { status: 0, message: 'The controller does not answer.', help: 'Nothing is known of what became of the request: look at the picture once there is contact again.' } };
  }
}

function problem_of(status: number, document: unknown): Problem {
  const error = (document as { error?: Partial<ErrorBody> }).error;
  const code = error?.code ? ` (${error.code})` : '';
  return { status, message: `${error?.message ?? `HTTP ${status}`}${code}`, help: error?.help ?? '' };
}
