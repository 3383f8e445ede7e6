// Server-sent events out of the body of a fetch: EventSource can only GET.

/** Yields [name, data] for each event of a response; comments are passed over. */
export async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let unread = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    unread += value;
    const blocks = unread.split("\n\n");
    unread = blocks.pop();
    for (const block of blocks) {
      const event = parsed(block);
      if (event) yield event;
    }
  }
}

function parsed(block) {
  const fields = block.split("\n").map((line) => line.match(/^(event|data): ?(.*)$/)).filter(Boolean);
  const all = (name) => fields.filter(([, key]) => key === name).map(([, , value]) => value);
  const data = all("data");
  return data.length ? [all("event")[0] ?? "message", JSON.parse(data.join("\n"))] : null;
}
