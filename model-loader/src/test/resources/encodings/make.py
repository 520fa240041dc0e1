# Values and what the gguf package (0.19.0) makes of them: python make.py > encodings.json
import json, numpy as np, gguf
rng = np.random.default_rng(7)
x = (rng.standard_normal((10, 32)) * 0.07).astype(np.float32)
x[0] = 0
x[1] = 1
x[2] = np.linspace(-1, 1, 32)
x[3] = np.arange(32) - 96
x[4] = np.arange(32) % 17 - 8
x[5] = -x[4] * 0.5
x[6] *= 1e-6
blocks = lambda t: gguf.quants.quantize(x, gguf.GGMLQuantizationType[t]).tobytes().hex()
print(json.dumps({"values": [float(v) for v in x.ravel()], **{t: blocks(t) for t in ("F16", "BF16", "Q8_0", "Q4_0")}}))
