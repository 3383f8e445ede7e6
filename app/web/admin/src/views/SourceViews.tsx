// Sources and files: what can be cited, what could not be read, and what to do about it.

import type { FileState, SourceState } from "../models";
import { countText, STATES } from "../texts";
import { Empty, Show, Table, Tag, useLoaded } from "./parts";

export function SourcesView() {
  const loaded = useLoaded<{ sources: SourceState[] }>("/api/v1/admin/sources");
  return (
    <Show loaded={loaded}>
      {({ sources }) => sources.length === 0
        ? <Empty>資料がまだありません。資料のフォルダーにファイルを置いて、取り込んでください。</Empty>
        : (
          <Table caption="資料" heads={["資料", "状態", "一節", "ファイル"]}>
            {sources.map((one) => <SourceRow key={one.id} one={one} />)}
          </Table>
        )}
    </Show>
  );
}

function SourceRow({ one }: { one: SourceState }) {
  const link = one.url && /^https?:\/\//.test(one.url) ? one.url : null;
  return (
    <tr>
      <th scope="row">
        {link ? <a href={link} rel="noreferrer noopener" target="_blank">{one.title}</a> : one.title}
        <span class="soft block">{[one.publisher, one.edition].filter(Boolean).join(" ")}</span>
        {one.superseded_by && <span class="soft block">新しい版: {one.superseded_by}</span>}
      </th>
      <td><Tag kind={one.state === "indexed" ? "good" : one.state === "unread" ? "bad" : "plain"}>{STATES[one.state]}</Tag></td>
      <td class="count">{countText(one.passages)}</td>
      <td>{one.files.join("、") || "―"}</td>
    </tr>
  );
}

export function FilesView() {
  const loaded = useLoaded<{ files: FileState[] }>("/api/v1/admin/files");
  return (
    <Show loaded={loaded}>
      {({ files }) => {
        const troubled = files.filter(({ code, warnings }) => code !== null || warnings.length > 0);
        if (troubled.length === 0) return <Empty>{countText(files.length)} 個のファイルを、すべて読めました。</Empty>;
        return (
          <Table caption="読めないファイル" heads={["ファイル", "状態", "理由と直し方"]}>
            {troubled.map((one) => (
              <tr key={one.file}>
                <th scope="row">{one.file}</th>
                <td><Tag kind={one.code ? "bad" : "plain"}>{one.code ? STATES.unread : "注意があります"}</Tag></td>
                <td>{one.message}{one.warnings.map((warning) => <span key={warning} class="block">{warning}</span>)}</td>
              </tr>
            ))}
          </Table>
        );
      }}
    </Show>
  );
}
