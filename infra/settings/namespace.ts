/** The namespace of the settings in a stack's configuration, and the Pulumi project's name. */
export const NAMESPACE = "kubeflow-stack";
