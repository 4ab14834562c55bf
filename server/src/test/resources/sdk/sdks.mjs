// The official npm SDKs as clients of one model: prints a line of JSON for what each of them saw.
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';

const [, , base, key, model] = process.argv;
const say = (what, text, input, output) => console.log(JSON.stringify({ what, text, input, output }));
const messages = [{ role: 'user', content: 'hi' }];

const openai = new OpenAI({ baseURL: `${base}/v1`, apiKey: key, maxRetries: 0 });
let text = '';
let usage;
for await (const chunk of await openai.chat.completions.create({
  model, messages, stream: true, stream_options: { include_usage: true },
})) {
  text += chunk.choices[0]?.delta?.content ?? '';
  usage = chunk.usage ?? usage;
}
say('openai chat', text, usage.prompt_tokens, usage.completion_tokens);

let last;
for await (const event of await openai.responses.create({ model, input: 'hi', stream: true })) last = event;
const output = last.response.output.flatMap((item) => item.content ?? []).map((part) => part.text ?? '');
say('openai responses', output.join(''), last.response.usage.input_tokens, last.response.usage.output_tokens);

const anthropic = new Anthropic({ baseURL: base, apiKey: key, maxRetries: 0 });
const message = await anthropic.messages.stream({ model, messages, max_tokens: 1000 }).finalMessage();
const used = message.usage;
say('anthropic', message.content[0].text,
  used.input_tokens + used.cache_read_input_tokens + used.cache_creation_input_tokens, used.output_tokens);

const google = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: base } });
text = '';
for await (const chunk of await google.models.generateContentStream({ model, contents: 'hi' })) {
  text += chunk.text ?? '';
  usage = chunk.usageMetadata ?? usage;
}
say('gemini', text, usage.promptTokenCount, usage.candidatesTokenCount);
