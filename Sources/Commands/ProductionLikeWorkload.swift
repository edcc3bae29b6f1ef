package import KubernetesObjects
internal import SandboxCluster

/// The workload of `make drill`: a production-like cluster that uses every row of the checklist.
package enum ProductionLikeWorkload {
    package static func objects() -> [JSONValue] { SandboxWorkload.productionLike() }
}
