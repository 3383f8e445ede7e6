// All meetings, and a new one.

import { useState } from "preact/hooks";
import { useDoing, useLoad } from "../hooks";
import type { Meeting } from "../models";
import { hrefOf } from "../route";
import { everything, type Service } from "../service";
import { day } from "../words";
import { Empty, focused, Loading, Trouble } from "./parts";

export function MeetingList({ service }: { service: Service }) {
  const list = useLoad(() => everything(async (limit, offset) => {
    const found = await service.get<{ total: number; meetings: Meeting[] }>("/meetings", { limit, offset });
    return { total: found.total, items: found.meetings };
  }), [service]);
  const [making, setMaking] = useState(false);
  return (
    <>
      <div class="head"><h1>相談会</h1>
        {!making && <button type="button" class="go" onClick={() => setMaking(true)}>新しい相談会</button>}
      </div>
      {making && <NewMeeting service={service} onClose={() => setMaking(false)} />}
      <Loading from={list}>
        {(meetings) => meetings.length === 0
          ? !making && <Empty><p>相談会はまだありません。</p><p>「新しい相談会」で名称と開催日を登録すると、質問を取り込めるようになります。</p></Empty>
          : (
            <ul class="cards">
              {meetings.map((one) => (
                <li key={one.id}>
                  <a class="card link" href={hrefOf({ at: "meeting", id: one.id, step: "intake" })}>
                    <strong>{one.title}</strong>
                    <span class="small">{day(one.held_on)}{one.theme ? `　テーマ：${one.theme}` : ""}　ID：{one.id}</span>
                  </a>
                </li>
              ))}
            </ul>
          )}
      </Loading>
    </>
  );
}

function NewMeeting({ service, onClose }: { service: Service; onClose: () => void }) {
  const [title, setTitle] = useState("");
  const [theme, setTheme] = useState("");
  const [date, setDate] = useState("");
  const [id, setId] = useState<string | null>(null);
  const doing = useDoing();
  const shownId = id ?? (date ? `yorozu_${date.replaceAll("-", "_")}` : "");
  const make = async (event: Event) => {
    event.preventDefault();
    const body = { id: shownId, title: title.trim(), theme: theme.trim() || null, held_on: date || null };
    const made = await doing.run(() => service.post<Meeting>("/meetings", body));
    if (made) location.hash = hrefOf({ at: "meeting", id: made.id, step: "intake" });
  };
  return (
    <form class="form few" onSubmit={(event) => void make(event)} aria-label="新しい相談会">
      <label class="entry">名称
        <input type="text" required maxLength={200} placeholder="第2回 よろず相談会" ref={focused} value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
      </label>
      <label class="entry">開催日<span class="hint">未定なら空のままで構いません</span>
        <input type="date" value={date} onInput={(event) => setDate(event.currentTarget.value)} />
      </label>
      <label class="entry">テーマ<span class="hint">任意</span>
        <input type="text" maxLength={200} value={theme} onInput={(event) => setTheme(event.currentTarget.value)} />
      </label>
      <label class="entry">ID<span class="hint">公開するファイルの名前になります。英小文字・数字・_・-</span>
        <input type="text" required pattern="[a-z0-9][a-z0-9_\-]{0,63}" value={shownId} onInput={(event) => setId(event.currentTarget.value)} />
      </label>
      <div class="actions">
        <button type="submit" class="go" disabled={doing.busy}>登録する</button>
        <button type="button" class="quiet" onClick={onClose}>やめる</button>
      </div>
      <Trouble error={doing.error} />
    </form>
  );
}
