// @ts-check
// A conversation in each of the four dialects: the request, and the text in an answer.

/** @typedef {{role: "user" | "assistant", text: string}} Turn */
/** @typedef {{model: string, turns: readonly Turn[], most: number, stream: boolean}} Question */
/**
 * @typedef {{id: string, name: string, path: (question: Question) => string, body: (question: Question) => any,
 *   headers: Record<string, string>, piece: (event: any) => string, text: (answer: any) => string}} Dialect
 *   piece: the text in one event of a stream; text: the text of a whole answer
 */

/** @type {readonly Dialect[]} */
export const dialects = [
  {
    id: "openai",
    name: "OpenAI",
    path: () => "/v1/chat/completions",
    body: ({ model, turns, most, stream }) => ({ model, max_tokens: most, stream, messages: turns.map((turn) => ({ role: turn.role, content: turn.text })) }),
    headers: {},
    piece: (event) => event.choices?.[0]?.delta?.content ?? "",
    text: (answer) => answer.choices?.[0]?.message?.content ?? "",
  },
  {
    id: "responses",
    name: "Responses",
    path: () => "/v1/responses",
    body: ({ model, turns, most, stream }) => ({ model, max_output_tokens: most, stream, input: turns.map((turn) => ({ role: turn.role, content: turn.text })) }),
    headers: {},
    piece: (event) => (event.type === "response.output_text.delta" ? event.delta : ""),
    text: (answer) => (answer.output ?? []).flatMap((/** @type {any} */ item) => item.content ?? []).map((/** @type {any} */ part) => part.text ?? "").join(""),
  },
  {
    id: "anthropic",
    name: "Anthropic",
    path: () => "/v1/messages",
    body: ({ model, turns, most, stream }) => ({ model, max_tokens: most, stream, messages: turns.map((turn) => ({ role: turn.role, content: turn.text })) }),
    headers: { "anthropic-version": "2023-06-01" },
    piece: (event) => (event.type === "content_block_delta" ? (event.delta?.text ?? "") : ""),
    text: (answer) => (answer.content ?? []).map((/** @type {any} */ part) => part.text ?? "").join(""),
  },
  {
    id: "gemini",
    name: "Gemini",
    path: ({ model, stream }) => `/v1beta/models/${encodeURIComponent(model)}:${stream ? "streamGenerateContent?alt=sse" : "generateContent"}`,
    body: ({ turns, most }) => ({ generationConfig: { maxOutputTokens: most }, contents: turns.map((turn) => ({ role: turn.role === "user" ? "user" : "model", parts: [{ text: turn.text }] })) }),
    headers: {},
    piece: (event) => (event.candidates?.[0]?.content?.parts ?? []).map((/** @type {any} */ part) => part.text ?? "").join(""),
    text: (answer) => (answer.candidates?.[0]?.content?.parts ?? []).map((/** @type {any} */ part) => part.text ?? "").join(""),
  },
];

/**
 * Reads the events of a stream of server-sent events.
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
 * @param {(event: any) => void} each
 */
export async function readEvents(body, each) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    text += value ?? "";
    const frames = text.split(/\r?\n\r?\n/);
    text = done ? "" : (frames.pop() ?? "");
    for (const frame of frames) {
      const data = frame.split(/\r?\n/).filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trim()).join("\n");
      if (data && data !== "[DONE]") {
        each(JSON.parse(data));
      }
    }
    if (done) {
      return;
    }
  }
}

/**
 * The same request for a terminal.
 * @param {Dialect} dialect
 * @param {Question} question
 */
export function asCurl(dialect, question) {
  const body = JSON.stringify(dialect.body(question)).replaceAll("'", "'\\''");
  const headers = Object.entries(dialect.headers).map(([name, value]) => ` \\\n  -H '${name}: ${value}'`).join("");
  return `curl -N '${location.origin}${dialect.path(question)}' \\\n  -H "Authorization: Bearer $KEY" -H 'content-type: application/json'${headers} \\\n  -d '${body}'`;
}
