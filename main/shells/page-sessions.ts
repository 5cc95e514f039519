import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A login link nobody used dies after this time. */
const TOKEN_LIFE_MS = 10 * 60_000;
const MAX_OPEN_TOKENS = 16;
const MAX_SESSIONS = 64;
/** The page that was not seen for so long has to be opened by a new link. */
const SESSION_IDLE_MS = 24 * 3_600_000;

/**
 * Who may reach the office over HTTP: one-time tokens, and the cookies they are exchanged for. Both live in memory
 * only, so every link and cookie dies with the office's process; of both only a digest is kept.
 */
export interface PageSessions {
  /** A new one-time token, 256 random bits as base64url. The oldest unused one gives way above 16. */
  newToken(): string;
  /** The cookie value for a token seen for the first time, or undefined. */
  exchange(token: string): string | undefined;
  /** The session that a cookie value stands for, as the office calls it, or undefined. */
  sessionOf(cookie: string): string | undefined;
}

interface Session {
  digest: Buffer;
  name: string;
  seenMs: number;
}

export function createPageSessions(monotonicMs: () => number): PageSessions {
  let tokens: { digest: Buffer; bornMs: number }[] = [];
  let sessions: Session[] = [];
  return {
    newToken() {
      const token = randomBytes(32).toString('base64url');
      tokens = [...tokens, { digest: digestOf(token), bornMs: monotonicMs() }].slice(-MAX_OPEN_TOKENS);
      return token;
    },
    exchange(token) {
      const nowMs = monotonicMs();
      tokens = tokens.filter(({ bornMs }) => nowMs - bornMs < TOKEN_LIFE_MS);
      const digest = digestOf(token);
      const found = tokens.find((known) => timingSafeEqual(known.digest, digest));
      if (!found) return undefined;
      tokens = tokens.filter((known) => known !== found);
      const cookie = randomBytes(32).toString('base64url');
      const session = { digest: digestOf(cookie), name: randomBytes(16).toString('hex'), seenMs: nowMs };
      sessions = [...sessions, session].sort((a, b) => a.seenMs - b.seenMs).slice(-MAX_SESSIONS);
      return cookie;
    },
    sessionOf(cookie) {
      const nowMs = monotonicMs();
      const digest = digestOf(cookie);
      const found = sessions.find((known) => timingSafeEqual(known.digest, digest));
      if (!found || nowMs - found.seenMs > SESSION_IDLE_MS) return undefined;
      found.seenMs = nowMs;
      return found.name;
    },
  };
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
