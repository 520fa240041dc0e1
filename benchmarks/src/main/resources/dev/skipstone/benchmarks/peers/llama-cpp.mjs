// Drives llama.cpp through node-llama-cpp; what it says is documented in ChildPeer.
import {createInterface} from "node:readline";
import {pathToFileURL} from "node:url";

const [entry, modelPath, threads, contextSize] = process.argv.slice(2);
const {getLlama, LlamaLogLevel} = await import(pathToFileURL(entry));
const llama = await getLlama({
  gpu: false,
  build: "never",
  maxThreads: Number(threads),
  logLevel: LlamaLogLevel.error
});
const model = await llama.loadModel({modelPath});
const context = await model.createContext({
  contextSize: Number(contextSize),
  batchSize: 512,
  threads: Number(threads)
});
const sequence = context.getSequence();

async function answer(count, prompt) {
  await sequence.clearHistory();
  const tokens = [];
  const start = performance.now();
  let first = start;
  const options = {temperature: 0, yieldEogToken: true};
  for await (const token of sequence.evaluate(prompt, options)) {
    if (tokens.length === 0) first = performance.now();
    tokens.push(token);
    if (tokens.length === count) break;
  }
  const end = performance.now();
  return ["answer", (first - start) / 1000, (end - first) / 1000, ...tokens].join(" ");
}

console.log(`ready llama.cpp ${llama.llamaCppRelease.release}, by node-llama-cpp`);
for await (const line of createInterface({input: process.stdin})) {
  const [count, ...prompt] = line.split(" ").map(Number);
  console.log(await answer(count, prompt));
}
process.exit(0);
