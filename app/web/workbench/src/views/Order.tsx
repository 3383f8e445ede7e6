// The chosen questions in their order: dragged, or moved with buttons; every move is said aloud.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useDoing } from "../hooks";
import type { Question } from "../models";
import type { Service } from "../service";
import type { Acts } from "./Choose";
import { Empty, Trouble } from "./parts";

interface Props {
  service: Service;
  id: string;
  version: number;
  chosen: Question[];
  every: Question[];
  acts: Acts;
  reload: () => Promise<void>;
}

export function Order({ service, id, version, chosen, every, acts, reload }: Props) {
  const [order, setOrder] = useState(chosen);
  const [held, setHeld] = useState<string | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  const doing = useDoing();
  const pressed = useRef<HTMLElement | null>(null);
  useEffect(() => setOrder(chosen), [chosen.map((one) => `${one.id}:${one.version}`).join()]);
  useLayoutEffect(() => {
    // An element that is moved in the page loses the focus; whoever moves with the keyboard goes on from there.
    if (pressed.current?.isConnected) pressed.current.focus();
    pressed.current = null;
  }, [order]);

  const move = async (question: string, to: number) => {
    const from = order.findIndex((one) => one.id === question);
    const moved = order[from];
    if (!moved || to < 0 || to >= order.length || to === from) return;
    const active = document.activeElement;
    pressed.current = active instanceof HTMLElement && active.closest(".moves") ? active : null;
    const next = order.filter((one) => one.id !== question);
    next.splice(to, 0, moved);
    setOrder(next);
    const done = await doing.run(() => service.act("PUT", `/meetings/${encodeURIComponent(id)}/order`, { version, ids: next.map((one) => one.id) }));
    setSaid(done ? `${to + 1}番目に移動しました。` : "");
    if (!done) setOrder(chosen);
    await reload();
  };
  if (!order.length) return <Empty><p>まだ選ばれていません。候補の「取り上げる」で、ここに加わります。</p></Empty>;
  const busy = doing.busy || acts.busy;
  return (
    <>
      <p class="small">つかんで動かすか、↑↓のボタンで並べ替えます。</p>
      <Trouble error={doing.error} />
      <p class="unseen" role="status">{said}</p>
      <ol class="order">
        {order.map((one, at) => {
          const same = every.filter((other) => other.duplicate_of === one.id).length;
          return (
            <li key={one.id} draggable class={`card ${held === one.id ? "held" : ""} ${over === one.id && held !== one.id ? "over" : ""}`}
              onDragStart={(event) => { setHeld(one.id); event.dataTransfer?.setData("text/plain", one.id); }}
              onDragEnd={() => { setHeld(null); setOver(null); }}
              onDragOver={(event) => { if (held) { event.preventDefault(); setOver(one.id); } }}
              onDrop={(event) => { event.preventDefault(); if (held) void move(held, at); setHeld(null); setOver(null); }}>
              <span class="no" aria-hidden="true">{at + 1}</span>
              <p class="words">{one.text}{same > 0 && <span class="small">　似た質問 {same}件</span>}</p>
              <div class="moves">
                <button type="button" class="quiet" aria-disabled={busy || at === 0} aria-label={`上へ：${one.text}`} onClick={() => { if (!busy) void move(one.id, at - 1); }}>↑</button>
                <button type="button" class="quiet" aria-disabled={busy || at === order.length - 1} aria-label={`下へ：${one.text}`} onClick={() => { if (!busy) void move(one.id, at + 1); }}>↓</button>
                <button type="button" class="bare" aria-disabled={busy} aria-label={`一覧から外す：${one.text}`} onClick={() => { if (!busy) void acts.decide(one, "new"); }}>外す</button>
              </div>
            </li>
          );
        })}
      </ol>
    </>
  );
}
