// Who is logged in, as GET /api/v1/session says it.

import { call } from "./api";

export type Scope = "reader" | "organiser" | "admin";

export interface Session {
  person: { id: string; name: string; scope: Scope; account: boolean } | null;
  anonymous: boolean;
  ways: { account: boolean; oidc: string | null };
}

const ORDER: Scope[] = ["reader", "organiser", "admin"];

export function mayUse(session: Session, needed: Scope): boolean {
  return session.person !== null && ORDER.indexOf(session.person.scope) >= ORDER.indexOf(needed);
}

export const readSession = () => call<Session>("GET", "/api/v1/session");

export async function logOut(): Promise<void> {
  const { provider } = await call<{ provider: string | null }>("DELETE", "/api/v1/session");
  location.assign(provider ?? "/login");
}
