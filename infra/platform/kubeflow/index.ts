/** Profile `full`: the products of the Kubeflow distribution 26.03, in an order in which each comes after what it needs. */
import type { Product } from "../product";
import { centralDashboard } from "./centralDashboard";
import { certificates } from "./certificates";
import { clusterLocalGateway } from "./clusterLocalGateway";
import { dex } from "./dex";
import { istio } from "./istio";
import { istioResources } from "./istioResources";
import { katib } from "./katib";
import { knativeEventing } from "./knativeEventing";
import { knativeServing } from "./knativeServing";
import { kserveServing } from "./kserveServing";
import { modelsWebApp } from "./modelsWebApp";
import { namespaces } from "./namespaces";
import { notebookController } from "./notebookController";
import { notebooksWebApp } from "./notebooksWebApp";
import { oauth2Proxy } from "./oauth2Proxy";
import { pipelines } from "./pipelines";
import { podDefaults } from "./podDefaults";
import { profilesController } from "./profilesController";
import { pvcViewer } from "./pvcViewer";
import { roles } from "./roles";
import { spark } from "./spark";
import { tensorboardController } from "./tensorboardController";
import { tensorboardsWebApp } from "./tensorboardsWebApp";
import { trainer } from "./trainer";
import { trainingOperatorV1 } from "./trainingOperatorV1";
import { volumesWebApp } from "./volumesWebApp";

/** All of Kubeflow: upstream's example installation, and the training operator beside it. */
export const kubeflow: readonly Product[] = [
  namespaces,
  certificates,
  istio,
  roles,
  clusterLocalGateway,
  istioResources,
  dex,
  oauth2Proxy,
  knativeServing,
  knativeEventing,
  pipelines,
  katib,
  centralDashboard,
  podDefaults,
  notebooksWebApp,
  notebookController,
  profilesController,
  pvcViewer,
  volumesWebApp,
  tensorboardController,
  tensorboardsWebApp,
  trainer,
  trainingOperatorV1,
  kserveServing,
  modelsWebApp,
  spark,
];
