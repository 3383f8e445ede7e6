// <yorozu-chat>: attributes in, a shadow tree out. The host page's style stays outside, and ours inside.

import { render } from "preact";
import { Client } from "./client";
import { css, mix, parseColour, readable, textOn, TINT, type Rgb } from "./colour";
import { History, storageOrNull } from "./history";
import { webAddress } from "./links";
import { readPreferences, writePreferences, type Preferences, type Theme } from "./preferences";
import { Session } from "./session";
import styles from "./style.css";
import { langOf, TEXTS } from "./texts";
import { App } from "./views/App";

const LIGHT: readonly Rgb[] = [[255, 255, 255], [251, 251, 249]];
const DARK: readonly Rgb[] = [[28, 35, 36], [20, 25, 26]];

export class YorozuChat extends HTMLElement {
  static home = "";
  static readonly observedAttributes = [
    "api", "key", "lang", "theme", "open", "mode", "accent", "font", "heading", "examples", "history",
  ];

  private readonly root: ShadowRoot;
  private readonly own = new CSSStyleSheet();
  private session: Session | null = null;

  constructor() {
    super();
    this.root = this.attachShadow({ mode: "open" });
    const base = new CSSStyleSheet();
    base.replaceSync(styles);
    this.root.adoptedStyleSheets = [base, this.own];
  }

  connectedCallback(): void {
    this.draw();
  }

  disconnectedCallback(): void {
    this.session?.stop();
    render(null, this.root);
    this.session = null;
  }

  attributeChangedCallback(name: string): void {
    if (!this.isConnected) return;
    if (name === "api" || name === "history") {
      this.session?.stop();
      this.session = null; // another service is another conversation
    }
    this.draw();
  }

  private draw(): void {
    const preferences = readPreferences();
    const lang = langOf(this.getAttribute("lang") ?? preferences.lang ?? this.parentElement?.closest("[lang]")?.getAttribute("lang"));
    const texts = TEXTS[lang];
    const base = this.base();
    const client = new Client(base, this.getAttribute("key"), texts);
    this.session ??= new Session(client, this.history(base), storageOrNull("sessionStorage"));
    this.session.client = client;
    this.colours();
    const mode = this.getAttribute("mode") === "page" ? "page" : "panel";
    render(
      <App
        session={this.session} texts={texts} lang={lang} theme={this.theme(preferences)} mode={mode}
        open={mode === "page" || this.hasAttribute("open")}
        heading={this.getAttribute("heading") ?? texts.title}
        examples={this.examples() ?? texts.examples}
        choosable={{ lang: !this.hasAttribute("lang"), theme: !this.hasAttribute("theme") }}
        onOpen={(open) => this.toggleAttribute("open", open)}
        onPrefer={(change) => this.prefer(change)}
      />,
      this.root,
    );
  }

  private base(): string {
    const given = this.getAttribute("api");
    const address = given === null ? null : webAddress(URL.canParse(given, location.href) ? new URL(given, location.href).href : null);
    return (address?.href ?? YorozuChat.home).replace(/\/$/, "");
  }

  private history(base: string): History | null {
    if (this.getAttribute("history") === "off") return null;
    return new History(storageOrNull("localStorage"), `yorozu-chat:${base}`);
  }

  private examples(): string[] | null {
    const given = this.getAttribute("examples")?.split("|").map((one) => one.trim()).filter(Boolean);
    return given ?? null;
  }

  private theme(preferences: Preferences): Theme {
    const told = this.getAttribute("theme") ?? preferences.theme;
    return told === "light" || told === "dark" ? told : "auto";
  }

  private prefer(change: Preferences): void {
    writePreferences({ ...readPreferences(), ...change });
    this.draw();
  }

  /** The host's accent and font, as attributes or as custom properties. */
  private colours(): void {
    const host = getComputedStyle(this);
    const told = this.getAttribute("accent") ?? host.getPropertyValue("--yorozu-accent").trim();
    const colour = told ? parseColour(told) : null;
    const font = this.getAttribute("font");
    const rules: string[] = [];
    if (colour) {
      const [light, dark] = [readable(colour, LIGHT), readable(colour, DARK)];
      const pair = (name: string, one: Rgb, other: Rgb) => `${name}: light-dark(${css(one)}, ${css(other)})`;
      rules.push(
        pair("--accent", light, dark),
        pair("--on-accent", textOn(light), textOn(dark)),
        pair("--tint", mix(LIGHT[0]!, light, TINT), mix(DARK[0]!, dark, TINT)),
      );
    }
    if (font && CSS.supports("font-family", font)) rules.push(`--font: ${font}`);
    this.own.replaceSync(rules.length ? `.root { ${rules.join("; ")} }` : "");
  }
}
