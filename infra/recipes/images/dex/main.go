// Dex's server with its storage in Kubernetes, its local users and its static clients, from a configuration as dex's own command reads it.
// That command cannot be built of what the module proxy has, which lacks the module of its administrative API.
package main

import (
	"context"
	"log"
	"log/slog"
	"net/http"
	"os"
	"time"

	gosundheit "github.com/AppsFlyer/go-sundheit"
	"github.com/dexidp/dex/server"
	"github.com/dexidp/dex/server/signer"
	"github.com/dexidp/dex/server/tokens"
	"github.com/dexidp/dex/storage"
	"github.com/dexidp/dex/storage/kubernetes"
	"github.com/ghodss/yaml"
	"github.com/prometheus/client_golang/prometheus"
)

type config struct {
	Issuer string `json:"issuer"`
	Web    struct {
		HTTP string `json:"http"`
	} `json:"web"`
	OAuth2 struct {
		SkipApprovalScreen bool `json:"skipApprovalScreen"`
	} `json:"oauth2"`
	StaticPasswords []struct {
		Email       string   `json:"email"`
		HashFromEnv string   `json:"hashFromEnv"`
		Username    string   `json:"username"`
		UserID      string   `json:"userID"`
		Groups      []string `json:"groups"`
	} `json:"staticPasswords"`
	StaticClients []struct {
		IDEnv        string   `json:"idEnv"`
		SecretEnv    string   `json:"secretEnv"`
		Name         string   `json:"name"`
		RedirectURIs []string `json:"redirectURIs"`
	} `json:"staticClients"`
}

func main() {
	// dex serve FILE
	content, err := os.ReadFile(os.Args[len(os.Args)-1])
	check(err)
	var c config
	check(yaml.Unmarshal(content, &c))
	log.Fatal(http.ListenAndServe(c.Web.HTTP, serverOf(c)))
}

func serverOf(c config) http.Handler {
	ctx := context.Background()
	logger := slog.Default()
	now := func() time.Time { return time.Now().UTC() }
	const valid = 24 * time.Hour

	stored, err := (&kubernetes.Config{InCluster: true}).Open(logger)
	check(err)
	// The key that tokens are signed with changes as often as dex's own command has it.
	sign, err := (&signer.LocalConfig{KeysRotationPeriod: "6h"}).Open(ctx, stored, valid, now, logger)
	check(err)
	refresh, err := tokens.NewRefreshTokenPolicy(logger, false, "", "", "")
	check(err)
	handler, err := server.NewServer(ctx, server.Config{
		Issuer:             c.Issuer,
		Storage:            withStatic(stored, c, logger),
		SkipApprovalScreen: c.OAuth2.SkipApprovalScreen,
		RefreshTokenPolicy: refresh,
		Signer:             sign,
		IDTokensValidFor:   valid,
		Now:                now,
		Logger:             logger,
		PrometheusRegistry: prometheus.NewRegistry(),
		HealthChecker:      gosundheit.New(),
	})
	check(err)
	return handler
}

func withStatic(s storage.Storage, c config, logger *slog.Logger) storage.Storage {
	var clients []storage.Client
	for _, client := range c.StaticClients {
		clients = append(clients, storage.Client{
			ID:           os.Getenv(client.IDEnv),
			Secret:       os.Getenv(client.SecretEnv),
			Name:         client.Name,
			RedirectURIs: client.RedirectURIs,
		})
	}
	var passwords []storage.Password
	for _, user := range c.StaticPasswords {
		passwords = append(passwords, storage.Password{
			Email:    user.Email,
			Hash:     []byte(os.Getenv(user.HashFromEnv)),
			Username: user.Username,
			UserID:   user.UserID,
			Groups:   user.Groups,
		})
	}
	local := storage.Connector{ID: "local", Name: "Email", Type: "local"}
	s = storage.WithStaticClients(s, clients)
	s = storage.WithStaticPasswords(s, passwords, logger)
	return storage.WithStaticConnectors(s, []storage.Connector{local})
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
