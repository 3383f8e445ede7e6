// What this tab remembers until it is closed: the key, the name, and what was typed but not saved yet.

const PREFIX = "yorozu-bench:";

function storage(): Storage | null {
  try {
    return sessionStorage;
  } catch {
    return null; // the browser forbids it: all holds until the page is left
  }
}

export function recall<T>(name: string): T | null {
  try {
    return JSON.parse(storage()?.getItem(PREFIX + name) ?? "null") as T | null;
  } catch {
    return null;
  }
}

export function remember(name: string, value: unknown): void {
  try {
    if (value === null) storage()?.removeItem(PREFIX + name);
    else storage()?.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // full or forbidden
  }
}

export type Theme = "auto" | "light" | "dark";

export function theme(): Theme {
  const kept = recall<Theme>("theme");
  return kept === "light" || kept === "dark" ? kept : "auto";
}

export function setTheme(one: Theme): void {
  remember("theme", one);
  document.documentElement.dataset.theme = one;
}
