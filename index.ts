import { loadSettings } from "./infra/settings";

const settings = loadSettings();

export const bucket = settings.profile;
