/** Volumes that exist before their claims: nothing is provisioned for pods that never write. */

/** A request as a cluster's administrator. */
type Request = (method: string, path: string, body: object) => Promise<unknown>;

/** The names of the volumes: more than the platform has claims. */
export const simulatedVolumes = Array.from({ length: 40 }, (_, index) => `simulated-${index}`);

/**
 * Creates a default storage class, and its volumes.
 * @param folder - the folder of the node in which each volume has a folder of its name, which must exist for pods that run
 */
export async function makeSimulatedVolumes(request: Request, folder: string): Promise<void> {
  const name = "simulated";
  await request("POST", "/apis/storage.k8s.io/v1/storageclasses", {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name, annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner: "kubernetes.io/no-provisioner",
    volumeBindingMode: "Immediate",
  });
  for (const volume of simulatedVolumes)
    await request("POST", "/api/v1/persistentvolumes", {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: volume },
      spec: {
        capacity: { storage: "1Ti" },
        accessModes: ["ReadWriteOnce", "ReadWriteMany"],
        persistentVolumeReclaimPolicy: "Retain",
        storageClassName: name,
        hostPath: { path: `${folder}/${volume}` },
      },
    });
}
