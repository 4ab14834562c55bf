// @ts-check
// How each client is set up. Each snippet was run with the client or follows its documentation; docs/guides/clients.md
// says which. A test compares both.

/**
 * @typedef {{base: string, key: string, claude: string, openai: string, gemini: string}} Values
 *   base: the address of this server, without a slash at its end; the others are names of models
 * @typedef {{id: string, name: string, path: string, where: string, agents: RegExp | null,
 *   snippets: readonly {system: "any" | "windows", file?: string, text: (values: Values) => string}[]}} Client
 *   path: what follows the address of the server; where: the setting that takes it; agents: its User-Agent
 */

/** @type {readonly Client[]} */
export const clients = [
  {
    id: "claude-code",
    name: "Claude Code",
    path: "/cc",
    where: "ANTHROPIC_BASE_URL",
    agents: /claude-cli/,
    snippets: [
      {
        system: "any",
        text: ({ base, key, claude }) =>
          `export ANTHROPIC_BASE_URL=${base}/cc\nexport ANTHROPIC_AUTH_TOKEN=${key}\nexport ANTHROPIC_MODEL=${claude}\nclaude`,
      },
      {
        system: "windows",
        text: ({ base, key, claude }) =>
          `$env:ANTHROPIC_BASE_URL = "${base}/cc"\n$env:ANTHROPIC_AUTH_TOKEN = "${key}"\n$env:ANTHROPIC_MODEL = "${claude}"\nclaude`,
      },
    ],
  },
  {
    id: "codex",
    name: "Codex",
    path: "/v1",
    where: "base_url, wire_api = \"responses\"",
    agents: /codex/,
    snippets: [
      {
        system: "any",
        file: "~/.codex/config.toml",
        text: ({ base, openai }) =>
          `model = "${openai}"\nmodel_provider = "potluck"\n\n[model_providers.potluck]\nname = "Potluck"\nbase_url = "${base}/v1"\nwire_api = "responses"\nenv_key = "POTLUCK_KEY"`,
      },
      { system: "any", text: ({ key }) => `export POTLUCK_KEY=${key}\ncodex` },
      { system: "windows", text: ({ key }) => `$env:POTLUCK_KEY = "${key}"\ncodex` },
    ],
  },
  {
    id: "gemini-cli",
    name: "Gemini CLI",
    path: "",
    where: "GOOGLE_GEMINI_BASE_URL",
    agents: /GeminiCLI/i,
    snippets: [
      { system: "any", file: "~/.gemini/settings.json", text: () => `{"security": {"auth": {"selectedType": "gemini-api-key"}}}` },
      { system: "any", text: ({ base, key, gemini }) => `export GOOGLE_GEMINI_BASE_URL=${base}\nexport GEMINI_API_KEY=${key}\nexport GEMINI_MODEL=${gemini}\ngemini` },
      { system: "windows", text: ({ base, key, gemini }) => `$env:GOOGLE_GEMINI_BASE_URL = "${base}"\n$env:GEMINI_API_KEY = "${key}"\n$env:GEMINI_MODEL = "${gemini}"\ngemini` },
    ],
  },
  {
    id: "opencode",
    name: "opencode",
    path: "/v1",
    where: "options.baseURL",
    agents: /opencode/,
    snippets: [
      {
        system: "any",
        file: "opencode.json",
        text: ({ base, key, openai }) =>
          JSON.stringify({ $schema: "https://opencode.ai/config.json", provider: { potluck: { npm: "@ai-sdk/openai-compatible", name: "Potluck", options: { baseURL: base + "/v1", apiKey: key }, models: { [openai]: {} } } } }, null, 2),
      },
      { system: "any", text: ({ openai }) => `opencode run -m potluck/${openai} "Hello!"` },
    ],
  },
  {
    id: "cursor",
    name: "Cursor",
    path: "/v1",
    where: "Override OpenAI Base URL",
    agents: /cursor/i,
    snippets: [{ system: "any", file: "Settings, Models", text: ({ base, key }) => `OpenAI API Key: ${key}\nOverride OpenAI Base URL: ${base}/v1` }],
  },
  {
    id: "open-webui",
    name: "Open WebUI",
    path: "/v1",
    where: "OPENAI_API_BASE_URL",
    agents: /open-?webui/i,
    snippets: [{ system: "any", text: ({ base, key }) => `OPENAI_API_BASE_URL=${base}/v1\nOPENAI_API_KEY=${key}` }],
  },
  {
    id: "openai-sdk",
    name: "OpenAI SDK",
    path: "/v1",
    where: "OPENAI_BASE_URL",
    agents: /OpenAI\//,
    snippets: [
      {
        system: "any",
        file: "Python",
        text: ({ base, key, openai }) =>
          `from openai import OpenAI\nclient = OpenAI(base_url="${base}/v1", api_key="${key}")\nprint(client.chat.completions.create(\n    model="${openai}", messages=[{"role": "user", "content": "Hello!"}]).choices[0].message.content)`,
      },
    ],
  },
  {
    id: "anthropic-sdk",
    name: "Anthropic SDK",
    path: "",
    where: "base_url",
    agents: /Anthropic\//,
    snippets: [
      {
        system: "any",
        file: "Python",
        text: ({ base, key, claude }) =>
          `from anthropic import Anthropic\nclient = Anthropic(base_url="${base}", api_key="${key}")\nprint(client.messages.create(model="${claude}", max_tokens=200,\n    messages=[{"role": "user", "content": "Hello!"}]).content[0].text)`,
      },
    ],
  },
  {
    id: "curl",
    name: "curl",
    path: "/v1/chat/completions",
    where: "",
    agents: /^curl/,
    snippets: [
      {
        system: "any",
        text: ({ base, key, openai }) =>
          `curl ${base}/v1/chat/completions -H 'Authorization: Bearer ${key}' \\\n  -H 'Content-Type: application/json' \\\n  -d '{"model":"${openai}","messages":[{"role":"user","content":"Hello!"}]}'`,
      },
    ],
  },
];

/**
 * The values of snippets: models that the pool serves, of the family that each client expects.
 * @param {string} key
 * @param {readonly string[]} models
 * @returns {Values}
 */
export function snippetValues(key, models) {
  const first = models[0] ?? "MODEL";
  /** @param {RegExp} family */
  const pick = (family) => models.find((model) => family.test(model)) ?? first;
  return { base: location.origin, key, claude: models.find((model) => /sonnet/.test(model)) ?? pick(/claude/), openai: pick(/^gpt|^o\d/), gemini: pick(/gemini/) };
}
