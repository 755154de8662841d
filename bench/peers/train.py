"""The trainer's peer: the same network in Keras, trained by `fit`. One line on stdin is one epoch, one line on stdout its seconds."""
import json
import sys
import time

import keras
import numpy as np
from keras import layers

settings = json.loads(sys.argv[1])
images = np.fromfile(settings["images"], dtype="float32").reshape(-1, 28, 28, 1)
labels = np.fromfile(settings["labels"], dtype="int32")
first, second, third = settings["filters"]
model = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        layers.Conv2D(first, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(second, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(third, 3, activation="relu"),
        layers.Flatten(),
        layers.Dropout(settings["dropout"]),
        layers.Dense(settings["units"], activation="relu"),
        layers.Dropout(settings["dropout"]),
        layers.Dense(10),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(settings["learningRate"]),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
print("ready", flush=True)
for _ in sys.stdin:
    started = time.perf_counter()
    model.fit(images, labels, batch_size=settings["batchSize"], epochs=1, verbose=0)
    print(time.perf_counter() - started, flush=True)
