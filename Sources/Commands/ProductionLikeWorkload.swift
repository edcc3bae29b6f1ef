internal import Drills
package import KubernetesObjects
internal import SandboxCluster

/// The workload of `make drill`: a production-like cluster that uses every row of the checklist, with really sealed secrets.
package enum ProductionLikeWorkload {
    package static func objects() throws(LifeboatError) -> [JSONValue] {
        SandboxWorkload.productionLike(sealedSecrets: try SealedSecretsDemo.objects())
    }
}
