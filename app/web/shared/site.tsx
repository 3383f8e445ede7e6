// The head of the chat page. Where nobody can log in there is none, and the page looks as it always did.

import { render } from "preact";
import { goToLogin } from "./api";
import { readSession } from "./session";
import { SiteHeader } from "./SiteHeader";

async function start(): Promise<void> {
  const place = document.getElementById("site");
  const session = await readSession().catch(() => null);
  if (!place || !session) return;
  const canLogIn = session.ways.account || session.ways.oidc !== null;
  if (!session.person && !session.anonymous && canLogIn) goToLogin();
  else if (session.person || canLogIn) render(<SiteHeader here="chat" session={session} />, place);
}

void start();
