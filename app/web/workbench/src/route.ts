// Where one is, kept in the address behind #: going back and reloading work.

import { useEffect, useState } from "preact/hooks";

export const STEPS = ["intake", "generalise", "choose", "drafts", "output"] as const;
export type Step = (typeof STEPS)[number];

export type Route =
  | { at: "meetings" }
  | { at: "impact" }
  | { at: "meeting"; id: string; step: Step }
  | { at: "draft"; id: string; draft: string };

export function routeOf(hash: string): Route {
  const parts = hash.replace(/^#\/?/, "").split("/").map((part) => safely(part));
  const [first, id, step, draft] = parts;
  if (first === "impact") return { at: "impact" };
  if (first !== "meetings" || !id) return { at: "meetings" };
  if (step === "drafts" && draft) return { at: "draft", id, draft };
  return { at: "meeting", id, step: STEPS.find((one) => one === step) ?? "intake" };
}

export function hrefOf(route: Route): string {
  if (route.at === "meetings") return "#/meetings";
  if (route.at === "impact") return "#/impact";
  const id = encodeURIComponent(route.id);
  if (route.at === "draft") return `#/meetings/${id}/drafts/${encodeURIComponent(route.draft)}`;
  return `#/meetings/${id}/${route.step}`;
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return routeOf(hash);
}

function safely(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
