package import KubernetesObjects

/// A real control plane for benchmarks and tests: the same that drills rebuild clusters in.
package struct LocalControlPlane: Sendable {
    private let plane: ControlPlane

    /// Starts one from KUBEBUILDER_ASSETS or PATH.
    ///
    /// - Parameter withControllers: without them nothing but its clients writes to it.
    /// - Throws: `drill.target-unavailable` when a program is missing or does not start.
    package static func start(_ environment: DrillEnvironment, withControllers: Bool = true)
        async throws(LifeboatError) -> LocalControlPlane
    {
        LocalControlPlane(plane: try await ControlPlane.start(environment, withControllers: withControllers))
    }

    /// The path of its kubeconfig, which is there until it is stopped.
    package var kubeconfig: String { plane.kubeconfig }

    package func stop() async { _ = await plane.stop() }
}
