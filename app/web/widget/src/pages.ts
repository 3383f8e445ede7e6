// The page that a citation stands on: which one, its picture, and where to read it whole.

import { ServiceError, type Client } from "./client";
import { isRecord, type Citation } from "./models";

const MOST_QUOTED = 2000; // characters that the service takes as words to mark

export interface Pages {
  picture: boolean;
  count: number;
  foundOn: number | null;
}

export interface PagePicture {
  image: ImageBitmap;
  found: "all" | "part" | "none" | "unknown";
}

/** What is to be marked: the citation of a stored answer, or the words while the answer is under way. */
export function highlight(citation: Citation, answerId: string | null): string {
  return answerId ? `${answerId}:${citation.n}` : citation.quote.slice(0, MOST_QUOTED);
}

export function pagePath(citation: Citation, answerId: string | null, page: number, suffix = ""): string {
  const query = new URLSearchParams({ highlight: highlight(citation, answerId) });
  return `/api/v1/sources/${encodeURIComponent(citation.source_id)}/pages/${page}${suffix}?${query}`;
}

/** How the source is divided; null where the service has no pages of it. */
export async function pagesOf(
  client: Client, citation: Citation, answerId: string | null, stop: AbortSignal,
): Promise<Pages | null> {
  const query = new URLSearchParams({ highlight: highlight(citation, answerId) });
  const path = `/api/v1/sources/${encodeURIComponent(citation.source_id)}/pages?${query}`;
  const raw = await client.read(path, stop).catch((error: unknown) => {
    if (error instanceof ServiceError && !error.again) return null;
    throw error;
  });
  if (!isRecord(raw) || typeof raw.count !== "number") return null;
  const foundOn = typeof raw.found_on === "number" ? raw.found_on : citation.page;
  return { picture: raw.picture === true, count: raw.count, foundOn };
}

export async function pictureOf(client: Client, path: string, stop: AbortSignal): Promise<PagePicture> {
  const { blob, highlighted } = await client.picture(path, stop);
  const found = { exact: "all", close: "all", partial: "part", absent: "none" }[highlighted ?? ""] ?? "unknown";
  // Drawn on a canvas: an image element would need the host page's permission in its content policy.
  return { image: await createImageBitmap(blob), found: found as PagePicture["found"] };
}
