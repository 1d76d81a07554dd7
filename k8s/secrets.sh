#!/bin/sh
# Writes the Secrets of both namespaces, with new random passwords, to standard output:
#
#   k8s/secrets.sh dev | kubectl create -f -
#
# `create`, not `apply`: Secrets that are there are left alone, since the logins were made with them. Where the passwords
# come from a vault, components/external-secrets takes the place of this.
set -eu

case "${1:-}" in
  dev) hosts=consigne-mongodb-svc.consigne-stores.svc.cluster.local set=consigne-mongodb ;;
  prod) hosts=consigne-mongodb-rs0.consigne-stores.svc.cluster.local set=rs0 ;;
  *)
    echo "Usage: $0 dev|prod" >&2
    exit 2
    ;;
esac

# Letters and digits only: nothing that a connection string or a properties file would read as something else.
password() {
  od -An -v -tx1 -N24 /dev/urandom | tr -d ' \n'
}

migrator=$(password)
app=$(password)
mongodb=$(password)
connection="mongodb://consigne:$mongodb@$hosts:27017/?replicaSet=$set&authSource=admin"

cat << END
apiVersion: v1
kind: Secret
metadata:
  name: consigne-postgres-migrator
  namespace: consigne-stores
  labels:
    cnpg.io/reload: "true"
type: kubernetes.io/basic-auth
stringData:
  username: consigne_migrator
  password: "$migrator"
---
apiVersion: v1
kind: Secret
metadata:
  name: consigne-postgres-app
  namespace: consigne-stores
  labels:
    cnpg.io/reload: "true"
type: kubernetes.io/basic-auth
stringData:
  username: consigne_app
  password: "$app"
---
apiVersion: v1
kind: Secret
metadata:
  name: consigne-mongodb-app
  namespace: consigne-stores
stringData:
  password: "$mongodb"
---
apiVersion: v1
kind: Secret
metadata:
  name: consigne-migration
  namespace: consigne
stringData:
  application.properties: |
    quarkus.datasource.username=consigne_migrator
    quarkus.datasource.password=$migrator
    quarkus.mongodb.connection-string=$connection
---
apiVersion: v1
kind: Secret
metadata:
  name: consigne-stores
  namespace: consigne
stringData:
  application.properties: |
    quarkus.datasource.username=consigne_app
    quarkus.datasource.password=$app
    quarkus.mongodb.connection-string=$connection
END
