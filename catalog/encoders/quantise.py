"""Eight bits for the weights of an exported encoder and for what flows between them.

Activations are quantised as they come, a whole tensor with one scale. A few channels of an encoder
are ten times as large as the others, which then share the few steps that are left. So large
channels are divided before a product and the rows of its matrix multiplied instead, as SmoothQuant
(Xiao et al., 2023) does: the product is the same, and the steps are used. How large channels are
is seen on a few texts.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Sequence

import numpy as np
import onnx
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

#: How much of a channel's size moves into the weights, and the moment that is taken for its size.
SHARE, MOMENT = 0.7, 2
#: Products whose channels differ by less gain nothing.
UNEVEN = 3.0
PRODUCTS = ("MatMul", "Attention")
TINY = 1e-4


def quantise(exact: Path, out: Path, sample: Sequence[np.ndarray]) -> None:
    """Write an exported encoder in int8.

    Parameters
    ----------
    sample
        Vectors of the words of some texts, float32 (tokens, dim) each; without them large
        channels are left as they are.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = onnx.load(exact)
    if sample:
        groups = _products(model.graph)
        sizes = _sizes(model, list(groups), sample)
        _smooth(model.graph, groups, sizes)
    quantize_dynamic(
        model,
        out,
        weight_type=QuantType.QInt8,
        per_channel=True,
        extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT},
    )


def _products(graph: GraphProto) -> dict[str, list[NodeProto]]:
    """The products with constant matrices, by what is multiplied."""
    constant = {tensor.name for tensor in graph.initializer if len(tensor.dims) == 2}
    groups: dict[str, list[NodeProto]] = defaultdict(list)
    for node in graph.node:
        if node.op_type in PRODUCTS and node.input[1] in constant:
            groups[node.input[0]].append(node)
    return groups


def _sizes(
    model: ModelProto, names: list[str], sample: Sequence[np.ndarray]
) -> dict[str, np.ndarray]:
    """How large the channels of some tensors are, over all tokens of the sample."""
    import onnxruntime as ort

    probe = ModelProto()
    probe.CopyFrom(model)
    for name in names:
        probe.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = ort.InferenceSession(
        probe.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    sums: dict[str, np.ndarray] = {}
    for vectors in sample:
        mask = np.ones((1, len(vectors)), np.int64)
        found = session.run(names, {"inputs_embeds": vectors[None], "attention_mask": mask})
        for name, values in zip(names, found, strict=True):
            sums[name] = sums.get(name, 0.0) + (values[0].astype(np.float64) ** MOMENT).sum(axis=0)
    tokens = sum(map(len, sample))
    return {name: (total / tokens) ** (1 / MOMENT) for name, total in sums.items()}


def _smooth(
    graph: GraphProto, groups: dict[str, list[NodeProto]], sizes: dict[str, np.ndarray]
) -> None:
    """Divide uneven tensors before their products, and multiply the matrices instead."""
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    for name, nodes in groups.items():
        size = np.maximum(sizes[name], TINY)
        if size.max() < UNEVEN * np.median(size):
            continue
        matrices = [numpy_helper.to_array(tensors[node.input[1]]) for node in nodes]
        weight = np.maximum(np.max([np.abs(m).max(axis=1) for m in matrices], axis=0), TINY)
        factor = size**SHARE / weight ** (1 - SHARE)
        factor = (factor / np.exp(np.log(factor).mean())).astype(np.float32)
        for node, matrix in zip(nodes, matrices, strict=True):
            tensor = tensors[node.input[1]]
            tensor.CopyFrom(numpy_helper.from_array(matrix * factor[:, None], tensor.name))
        graph.initializer.append(numpy_helper.from_array(1 / factor, f"{name}.factor"))
        even = helper.make_node("Mul", [name, f"{name}.factor"], [f"{name}.even"], f"{name}.even")
        graph.node.insert(list(graph.node).index(nodes[0]), even)
        for node in nodes:
            node.input[0] = f"{name}.even"
