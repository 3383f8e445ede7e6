// The script that a page names: defines <yorozu-chat>, and puts one there where the page has none.

import { YorozuChat } from "./element";

const script = document.currentScript;
const home = script instanceof HTMLScriptElement ? new URL(".", script.src).href.replace(/\/$/, "") : location.origin;

YorozuChat.home = home;
if (!customElements.get("yorozu-chat")) customElements.define("yorozu-chat", YorozuChat);

/** `data-lang="en"` on the script is `lang="en"` on the element; `data-auto="off"` puts none there. */
function place(): void {
  const told = script instanceof HTMLScriptElement ? script.dataset : {};
  if (told.auto === "off" || document.querySelector("yorozu-chat")) return;
  const element = document.createElement("yorozu-chat");
  for (const name of YorozuChat.observedAttributes) {
    const value = told[name];
    if (value !== undefined) element.setAttribute(name, value);
  }
  document.body.append(element);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", place);
else place();
