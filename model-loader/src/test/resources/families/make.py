"""Makes the expected results beside it with Hugging Face transformers (PyTorch, float32).

Usage: python make.py [NAME ...]. Weights are not stored: both sides compute them from the tensors'
names (FamilyCheckpoint in the tests does the same).
"""
import json
import os
import sys

import numpy as np
import torch
from transformers import AutoConfig, AutoModelForCausalLM

HERE = os.path.dirname(os.path.abspath(__file__))
SMALL = dict(vocab_size=160, hidden_size=64, intermediate_size=96, num_hidden_layers=4,
             num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=256,
             pad_token_id=0, bos_token_id=1, eos_token_id=2)
HALF_PAIRS = 8

CASES = {
    "granite": dict(model_type="granite", embedding_multiplier=6.0, attention_multiplier=0.125,
                    residual_multiplier=0.3, logits_scaling=2.5, tie_word_embeddings=True),
    "granite4": dict(model_type="granitemoehybrid", embedding_multiplier=4.0,
                     attention_multiplier=0.2, residual_multiplier=0.5, logits_scaling=3.0,
                     num_local_experts=0, num_experts_per_tok=0, shared_intermediate_size=80,
                     layer_types=["attention"] * 4, position_embedding_type="rope",
                     tie_word_embeddings=True),
    "granite4-nope": dict(model_type="granitemoehybrid", embedding_multiplier=4.0,
                          attention_multiplier=0.2, residual_multiplier=0.5, logits_scaling=3.0,
                          num_local_experts=0, num_experts_per_tok=0, shared_intermediate_size=80,
                          layer_types=["attention"] * 4, position_embedding_type="nope"),
    "olmo2": dict(model_type="olmo2", rope_theta=500000.0),
    "seed-oss": dict(model_type="seed_oss", head_dim=24, rope_theta=1000000.0),
    "gemma": dict(model_type="gemma", head_dim=24, num_key_value_heads=1,
                  hidden_act="gelu_pytorch_tanh"),
    "gemma2": dict(model_type="gemma2", head_dim=24, sliding_window=12, query_pre_attn_scalar=40,
                   attn_logit_softcapping=5.0, final_logit_softcapping=3.0),
    "gemma3-scaled": dict(
        model_type="gemma3_text", head_dim=16, sliding_window=10, query_pre_attn_scalar=30,
        num_hidden_layers=7, rope_theta=500000.0, rope_local_base_freq=5000.0,
        rope_scaling={"rope_type": "linear", "factor": 8.0}, sliding_window_pattern=3),
    "phi3-long": dict(
        model_type="phi3", partial_rotary_factor=0.75, head_dim=None,
        num_attention_heads=4, hidden_size=128, original_max_position_embeddings=16,
        tie_word_embeddings=True,
        rope_scaling={"type": "longrope", "short_factor": [1.0 + 0.05 * i for i in range(12)],
                      "long_factor": [1.5 + 0.7 * i for i in range(12)]}),
    "phi3-short": dict(
        model_type="phi3", original_max_position_embeddings=128, sliding_window=20,
        rope_scaling={"type": "longrope",
                      "short_factor": [1.0 + 0.1 * i for i in range(HALF_PAIRS)],
                      "long_factor": [2.0 + 0.7 * i for i in range(HALF_PAIRS)]}),
    "smollm3": dict(model_type="smollm3", num_hidden_layers=5, tie_word_embeddings=True),
    "smollm3-chosen": dict(model_type="smollm3", no_rope_layers=[0, 1, 1, 0]),
    "qwen2-window": dict(model_type="qwen2", use_sliding_window=True, sliding_window=9,
                         max_window_layers=2, rope_theta=1000000.0),
    "qwen3-odd": dict(model_type="qwen3", num_attention_heads=6, num_key_value_heads=3,
                      head_dim=20, hidden_size=44, intermediate_size=100, vocab_size=131),
    "llama-linear": dict(model_type="llama", rope_scaling={"type": "linear", "factor": 4.0}),
    "llama-yarn": dict(model_type="llama", rope_scaling={
        "rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 64}),
    "llama3-odd": dict(model_type="llama", head_dim=20, rope_theta=5000.0, rope_scaling={
        "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 64}),
    "llama-biases": dict(model_type="llama", attention_bias=True, mlp_bias=True),
    "llama-odd": dict(model_type="llama", hidden_size=72, num_attention_heads=6,
                      num_key_value_heads=6, intermediate_size=90, vocab_size=97,
                      tie_word_embeddings=True),
    "mistral-large": dict(model_type="mistral", sliding_window=None, head_dim=40),
}


def values(index, name, shape, centred):
    count = int(np.prod(shape))
    with np.errstate(over="ignore"):
        h = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B1)
        h += np.uint32((index * 0x85EBCA77) & 0xFFFFFFFF)
        h ^= h >> np.uint32(15)
        h *= np.uint32(0x2C1B3C6D)
        h ^= h >> np.uint32(12)
        h *= np.uint32(0x297A2D39)
        h ^= h >> np.uint32(15)
    unit = (h >> np.uint32(8)).astype(np.float32) / np.float32(1 << 23) - np.float32(1)
    if "norm" in name:
        result = np.float32(0.25) * unit + np.float32(0 if centred else 1)
    elif name.endswith("bias"):
        result = np.float32(0.5) * unit
    else:
        gain = 1.0 if "embed_tokens" in name else 2.5 if "lm_head" in name else 2.0
        result = np.float32(gain / np.sqrt(shape[-1])) * unit
    return result.astype(np.float32).astype(np.float16).reshape(shape)


def make(name, overrides):
    settings = {**SMALL, **overrides}
    if settings.get("head_dim", 0) is None:
        del settings["head_dim"]
    kind = settings.pop("model_type")
    config = AutoConfig.for_model(kind, **settings)
    config._attn_implementation = "eager"
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval()
    state = model.state_dict()
    tied = config.tie_word_embeddings
    names = sorted(n for n in state if not (tied and n == "lm_head.weight"))
    shapes = {}
    for index, tensor in enumerate(names):
        shapes[tensor] = list(state[tensor].shape)
        data = values(index, tensor, shapes[tensor], kind.startswith("gemma"))
        state[tensor].copy_(torch.from_numpy(data.astype(np.float32)))
    if tied:
        model.tie_weights()
    rng = np.random.default_rng(5)
    tokens = [int(t) for t in rng.integers(3, config.vocab_size, 40)]
    rows = [0, 11, 39]
    with torch.no_grad():
        logits = model(torch.tensor([tokens])).logits[0]
        sequence, greedy, margins = list(tokens), [], []
        for _ in range(16):
            last = model(torch.tensor([sequence]), use_cache=False).logits[0, -1]
            best = torch.topk(last, 2)
            greedy.append(int(best.indices[0]))
            margins.append(round(float(best.values[0] - best.values[1]), 5))
            sequence.append(greedy[-1])
    saved = json.loads(config.to_json_string(use_diff=False))
    saved.pop("transformers_version", None)
    for key in [k for k, v in saved.items() if k in ("id2label", "label2id", "architectures")]:
        saved.pop(key)
    out = dict(config=saved, tensors=shapes, tokens=tokens, logits_rows=rows,
               logits=[[round(float(x), 5) for x in logits[r]] for r in rows],
               greedy=greedy, greedy_margins=margins)
    with open(os.path.join(HERE, name + ".json"), "w") as file:
        json.dump(out, file, separators=(",", ":"))
        file.write("\n")
    spread = float(logits.std())
    print(f"{name}: deviation {spread:.3f}, {len(set(greedy))} different tokens of {len(greedy)}")


for case, overrides in CASES.items():
    if len(sys.argv) < 2 or case in sys.argv[1:]:
        make(case, overrides)
