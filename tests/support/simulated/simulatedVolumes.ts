/** Volumes that are there before their claims: nothing is provisioned for pods that never write. */

/** A request as a cluster's administrator. */
type Request = (method: string, path: string, body: object) => Promise<unknown>;

/** More than the platform has claims. */
const count = 40;

/**
 * Makes a default storage class, and its volumes.
 * @param path - the folder of the pod's node that all of them are
 */
export async function makeSimulatedVolumes(request: Request, path: string): Promise<void> {
  const name = "simulated";
  await request("POST", "/apis/storage.k8s.io/v1/storageclasses", {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name, annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner: "kubernetes.io/no-provisioner",
    volumeBindingMode: "Immediate",
  });
  for (let index = 0; index < count; index++)
    await request("POST", "/api/v1/persistentvolumes", {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: `${name}-${index}` },
      spec: {
        capacity: { storage: "1Ti" },
        accessModes: ["ReadWriteOnce", "ReadWriteMany"],
        persistentVolumeReclaimPolicy: "Retain",
        storageClassName: name,
        hostPath: { path },
      },
    });
}
