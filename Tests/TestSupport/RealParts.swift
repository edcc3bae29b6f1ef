import FoundationEssentials

/// The parts of the outside world that some tests need, and whether they are here.
package enum RealParts {
    /// Folder with etcd, kube-apiserver and kube-controller-manager; nil when it is not set.
    package static var controlPlaneFolder: String? { value("KUBEBUILDER_ASSETS") }

    /// Paths of kubectl binaries, an old one and a new one.
    package static var kubectls: [String] {
        value("LIFEBOAT_TEST_KUBECTLS")?.split(separator: ":").map(String.init) ?? []
    }

    package static let controlPlaneReason = "KUBEBUILDER_ASSETS names no control plane: .ci/control-plane builds one"
    package static let kubectlReason = "LIFEBOAT_TEST_KUBECTLS names no kubectl: .ci/kubectls fetches two"

    private static func value(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
