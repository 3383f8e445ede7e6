// What a reader chose on this browser; what the host page fixes by attributes goes before it.

import { storageOrNull } from "./history";
import { isRecord } from "./models";
import type { Lang } from "./texts";

export type Theme = "auto" | "light" | "dark";

export interface Preferences {
  lang?: Lang;
  theme?: Theme;
}

const NAME = "yorozu-chat:view";

export function readPreferences(): Preferences {
  try {
    const raw: unknown = JSON.parse(storageOrNull("localStorage")?.getItem(NAME) ?? "{}");
    if (!isRecord(raw)) return {};
    return {
      ...(raw.lang === "ja" || raw.lang === "en" ? { lang: raw.lang } : {}),
      ...(raw.theme === "light" || raw.theme === "dark" || raw.theme === "auto" ? { theme: raw.theme } : {}),
    };
  } catch {
    return {};
  }
}

export function writePreferences(preferences: Preferences): void {
  try {
    storageOrNull("localStorage")?.setItem(NAME, JSON.stringify(preferences));
  } catch {
    // it holds until the page is left
  }
}
