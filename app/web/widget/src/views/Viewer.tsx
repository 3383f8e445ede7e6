// The cited place: the page with its lines marked, the words, and where to find it officially.

import { useEffect, useRef, useState } from "preact/hooks";
import { ServiceError, type Client } from "../client";
import { place, sourceName } from "../copying";
import type { Citation } from "../models";
import { pagePath, pagesOf, pictureOf, type PagePicture, type Pages } from "../pages";
import type { Texts } from "../texts";
import { BackIcon, CloseIcon, NextIcon, OutsideIcon } from "./icons";
import { Official } from "./CitationList";

export interface Cited {
  citation: Citation;
  answerId: string | null;
}

interface Props {
  cited: Cited;
  client: Client;
  texts: Texts;
  onClose: () => void;
}

export function Viewer({ cited, client, texts, onClose }: Props) {
  const { citation, answerId } = cited;
  const dialog = useRef<HTMLDialogElement>(null);
  const [pages, setPages] = useState<Pages | null | "loading">("loading");
  useEffect(() => {
    dialog.current?.showModal();
    const stop = new AbortController();
    pagesOf(client, citation, answerId, stop.signal).then(setPages, (error: unknown) => {
      if (error instanceof ServiceError) setPages(null);
    });
    return () => stop.abort();
  }, [citation, answerId]);
  const page = pages && pages !== "loading" ? pages.foundOn : null;
  return (
    <dialog class="viewer" ref={dialog} aria-labelledby="viewer-title" onClose={onClose}>
      <header>
        <div>
          <p class="label">{texts.viewer} {citation.n}</p>
          <h2 id="viewer-title" lang="ja">{sourceName(citation)}</h2>
          <p class="place">{place(citation, texts)}</p>
        </div>
        <button type="button" class="tool bare" aria-label={texts.close} title={texts.close}
          onClick={() => dialog.current?.close()}><CloseIcon /></button>
      </header>
      <div class="scroller" tabIndex={0} role="group" aria-label={texts.viewer}>
        <h3>{texts.quote}</h3>
        {citation.question && <p class="for" lang="ja">{citation.question}</p>}
        <blockquote lang="ja">{citation.quote}</blockquote>
        <p class="actions">
          {page !== null && !client.hasKey && (
            <a class="official" href={client.base + pagePath(citation, answerId, page)} target="_blank" rel="noopener">
              {texts.readable}<OutsideIcon />
            </a>
          )}
          <Official citation={citation} texts={texts} />
        </p>
        {pages === "loading" && <p class="waiting">{texts.loadingPage}</p>}
        {pages !== "loading" && (pages?.picture && pages.foundOn !== null
          ? <Leaf cited={cited} client={client} texts={texts} first={pages.foundOn} count={pages.count} />
          : citation.page !== null && <p class="small">{texts.noPicture}</p>)}
        <Facts citation={citation} texts={texts} />
      </div>
    </dialog>
  );
}

/** One page as a picture, and the ones before and after. */
function Leaf({ cited, client, texts, first, count }: Omit<Props, "onClose"> & { first: number; count: number }) {
  const { citation, answerId } = cited;
  const [page, setPage] = useState(first);
  const [large, setLarge] = useState(false);
  const [picture, setPicture] = useState<PagePicture | "loading" | string>("loading");
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const stop = new AbortController();
    setPicture("loading");
    pictureOf(client, pagePath(citation, answerId, page, ".png"), stop.signal).then(setPicture, (error: unknown) => {
      if (!stop.signal.aborted) setPicture(error instanceof ServiceError ? error.message : texts.noPicture);
    });
    return () => stop.abort();
  }, [page, citation, answerId]);
  const shown = typeof picture === "string" ? null : picture;
  useEffect(() => {
    if (shown && canvas.current) draw(canvas.current, shown.image);
  }, [shown]);
  const remark = shown?.found === "none" && page === first ? texts.notOnPage : shown?.found === "part" ? texts.partOnPage : null;
  return (
    <section class="leaf">
      <div class="actions">
        <button type="button" class="quiet" disabled={page <= 1} aria-label={texts.previous} onClick={() => setPage(page - 1)}><BackIcon /></button>
        <span role="status">{texts.pageOf(page, count)}</span>
        <button type="button" class="quiet" disabled={page >= count} aria-label={texts.next} onClick={() => setPage(page + 1)}><NextIcon /></button>
        <button type="button" class="quiet" aria-pressed={large} onClick={() => setLarge(!large)}>{large ? texts.unzoom : texts.zoom}</button>
      </div>
      {remark && <p class="small">{remark}</p>}
      {picture === "loading" && <p class="waiting">{texts.loadingPage}</p>}
      {typeof picture === "string" && picture !== "loading" && <p class="trouble" role="alert">{picture}</p>}
      {shown && (
        <div class={large ? "paper large" : "paper"}>
          <canvas ref={canvas} role="img"
            aria-label={shown.found === "all" || shown.found === "part" ? texts.pageMarked(page) : texts.pagePlain(page)} />
        </div>
      )}
    </section>
  );
}

function draw(canvas: HTMLCanvasElement, image: ImageBitmap): void {
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d")?.drawImage(image, 0, 0);
}

function Facts({ citation, texts }: { citation: Citation; texts: Texts }) {
  const facts: [string, string | null][] = [
    [texts.kind, texts.kinds[citation.kind] ?? citation.kind],
    [texts.publisher, citation.publisher],
    [texts.itemNos, citation.item_nos.map((no) => `No${no}`).join("、")],
    [texts.heading, citation.heading.join(" ＞ ")],
    [texts.asOf, citation.as_of],
    [texts.file, citation.url ? null : citation.file],
  ];
  return (
    <dl class="facts">
      {facts.filter(([, value]) => value).map(([name, value]) => (
        <div key={name}><dt>{name}</dt><dd lang="ja">{value}</dd></div>
      ))}
    </dl>
  );
}
