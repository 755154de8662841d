// Pulumi's Kubernetes provider, started as its own command starts it. That command embeds the provider's whole schema, a file that its
// build generates and that the Go module does not hold. The engine asks for the schema only to generate SDKs, so its name and version do.
package main

import (
	"fmt"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

func main() {
	schema := fmt.Sprintf(`{"name":"kubernetes","version":%q}`, version.Version)
	provider.Serve("kubernetes", version.Version, []byte(schema), []byte("{}"))
}
