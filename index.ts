import { loadSettings } from "./infra/settings";

/** The whole stack: settings -> cluster -> platform -> workloads -> outputs. */
export = async () => {
  const settings = loadSettings();
  return Promise.resolve({ bucket: settings.profile });
};
