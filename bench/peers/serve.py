"""The predictor's peer: KServe's own Python server with the same network in TensorFlow, as a compiled function."""
import json
import sys
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from kserve import Model, ModelServer

folder, port = Path(sys.argv[1]), int(sys.argv[2])


def network() -> keras.Model:
    """The layers and weights of the tfjs model in the folder."""
    topology = json.loads((folder / "model.json").read_text())
    config = topology["modelTopology"]["model_config"] if "model_config" in topology["modelTopology"] else topology["modelTopology"]
    kinds = {
        "Conv2D": lambda c: layers.Conv2D(c["filters"], c["kernel_size"], activation=c["activation"]),
        "MaxPooling2D": lambda c: layers.MaxPooling2D(c["pool_size"]),
        "Flatten": lambda c: layers.Flatten(),
        "Dropout": lambda c: layers.Dropout(c["rate"]),
        "Dense": lambda c: layers.Dense(c["units"], activation=c["activation"]),
    }
    given = config["config"]["layers"] if isinstance(config["config"], dict) else config["config"]
    chain = [kinds[layer["class_name"]](layer["config"]) for layer in given if layer["class_name"] in kinds]
    model = keras.Sequential([keras.Input((28, 28, 1)), *chain])
    floats = np.frombuffer((folder / "weights.bin").read_bytes(), dtype="float32")
    weights, at = [], 0
    for weight in topology["weightsManifest"][0]["weights"]:
        size = int(np.prod(weight["shape"]))
        weights.append(floats[at : at + size].reshape(weight["shape"]))
        at += size
    model.set_weights(weights)
    return model


class Digits(Model):
    def load(self) -> bool:
        model = network()
        self.predictor = tf.function(
            lambda images: model(images, training=False),
            input_signature=[tf.TensorSpec((None, 28, 28, 1), tf.float32)],
        )
        self.predictor(np.zeros((1, 28, 28, 1), dtype="float32"))
        self.ready = True
        return True

    def predict(self, payload, headers=None, response_headers=None):
        images = np.asarray(payload["instances"], dtype="float32")
        return {"predictions": self.predictor(images).numpy().tolist()}


digits = Digits("digits")
digits.load()
ModelServer(http_port=port, enable_grpc=False, workers=1, access_log_format=None).start([digits])
