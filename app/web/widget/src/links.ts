// Addresses out of citations. Anything but http and https is no link.

import type { Citation } from "./models";

export function webAddress(url: string | null): URL | null {
  if (!url || !URL.canParse(url)) return null;
  const address = new URL(url);
  return address.protocol === "http:" || address.protocol === "https:" ? address : null;
}

/** The official address; PDF viewers open at the cited page when the address names it. */
export function officialAddress(citation: Citation): string | null {
  const address = webAddress(citation.url);
  if (!address) return null;
  if (citation.page !== null && !address.hash && address.pathname.toLowerCase().endsWith(".pdf")) {
    address.hash = `page=${citation.page}`;
  }
  return address.href;
}
