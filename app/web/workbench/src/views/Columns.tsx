// How one table is read: each column with what it is taken for, to be changed where it is wrong.

import type { ColumnPlan } from "../models";
import { ROLES } from "../words";
import { Badge } from "./parts";

interface Props {
  plan: ColumnPlan;
  many: boolean;
  busy: boolean;
  onChange: (plan: ColumnPlan) => void;
}

export function Columns({ plan, many, busy, onChange }: Props) {
  const title = plan.sheet ?? `表${plan.sheet_no}`;
  const change = (index: number, role: string) => {
    const columns = plan.columns.map((one) => (one.index === index ? { ...one, role, sure: true, why: "指定されました" } : one));
    onChange({ ...plan, columns, used: columns.some((one) => one.role === "question") });
  };
  const header = (value: number) => onChange({ ...plan, header_rows: value > 0 ? [Math.min(plan.header_rows?.[0] ?? 1, value), value] : null });
  return (
    <section class="table">
      {many && <h3>{title}{!plan.used && <Badge>使いません</Badge>}</h3>}
      <label class="inline">見出しの最後の行
        <input type="number" min={0} max={50} disabled={busy} value={plan.header_rows?.[1] ?? 0} onChange={(event) => header(Number(event.currentTarget.value) || 0)} />
        <span class="hint">0 は見出しなし</span>
      </label>
      <ul class="columns">
        {plan.columns.map((column) => (
          <li key={column.index} class={column.role === "question" ? "is-question" : ""}>
            <div class="colname"><strong>{letter(column.index)}列</strong> {column.name || "（見出しなし）"} {!column.sure && <Badge tone="warn">推定</Badge>}</div>
            <label class="entry"><span class="unseen">{letter(column.index)}列 {column.name} の役割</span>
              <select value={column.role} disabled={busy} onChange={(event) => change(column.index, event.currentTarget.value)}>
                {Object.entries(ROLES).map(([role, name]) => <option key={role} value={role}>{name}</option>)}
              </select>
            </label>
            <div class="small samples">{column.samples.map((one, at) => <span key={at}>{one}</span>)}</div>
            <div class="small">{column.why}</div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** 0 → A, 25 → Z, 26 → AA, as spreadsheets count. */
export function letter(index: number): string {
  const rest = String.fromCharCode(65 + (index % 26));
  return index < 26 ? rest : letter(Math.floor(index / 26) - 1) + rest;
}
