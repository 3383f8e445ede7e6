// The numbered list under an answer: which source, where in it.

import type { Citation } from "../models";
import type { Texts } from "../texts";
import { place, sourceName } from "../copying";
import { officialAddress } from "../links";
import { OutsideIcon, PageIcon } from "./icons";

interface Props {
  citations: Citation[];
  texts: Texts;
  onOpen: (citation: Citation) => void;
}

export function CitationList({ citations, texts, onOpen }: Props) {
  return (
    <section aria-live="off">
      <h4>{texts.citations}</h4>
      <ol class="cards">
        {citations.map((one) => (
          <li class="card" key={one.n}>
            <button type="button" class="cite" onClick={() => onOpen(one)}>
              <span class="number" aria-hidden="true">{one.n}</span>
              <span class="unseen">{texts.openCitation(one.n)}: </span>
              <span class="what"><span lang="ja">{sourceName(one)}</span> <span class="place">{place(one, texts)}</span></span>
              <PageIcon />
            </button>
            <Official citation={one} texts={texts} />
          </li>
        ))}
      </ol>
    </section>
  );
}

export function Official({ citation, texts }: { citation: Citation; texts: Texts }) {
  const address = officialAddress(citation);
  if (!address) return null;
  return (
    <a class="official" href={address} target="_blank" rel="noopener noreferrer">{texts.official}<OutsideIcon /></a>
  );
}
