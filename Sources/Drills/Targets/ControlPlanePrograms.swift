internal import Glibc
internal import KubernetesObjects

/// Where the programs of a control plane are.
struct ControlPlanePrograms: Sendable {
    let etcd: String
    let apiServer: String
    let controllerManager: String

    /// Looks in KUBEBUILDER_ASSETS first and then in PATH, for each program by itself.
    static func find(_ variables: [String: String]) throws(LifeboatError) -> ControlPlanePrograms {
        var folders: [String] = []
        if let assets = variables["KUBEBUILDER_ASSETS"], !assets.isEmpty { folders.append(assets) }
        folders += (variables["PATH"] ?? "").split(separator: ":").map(String.init)
        func find(_ name: String) throws(LifeboatError) -> String {
            let candidates: [String] = folders.map { "\($0)/\(name)" }
            guard let path = candidates.first(where: { (path: String) -> Bool in access(path, X_OK) == 0 }) else {
                throw LifeboatError(
                    .drillTargetUnavailable,
                    "a drill on a real control plane needs \(name), which is neither in KUBEBUILDER_ASSETS nor in PATH",
                    remedy: "set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver and kube-controller-manager, "
                        + "or use --target sandbox"
                )
            }
            return path
        }
        return ControlPlanePrograms(
            etcd: try find("etcd"),
            apiServer: try find("kube-apiserver"),
            controllerManager: try find("kube-controller-manager")
        )
    }
}

/// Free TCP ports on loopback.
enum LoopbackPorts {
    /// Ports that were free a moment ago. Someone else can take one in between; the caller tries again then.
    static func free(_ count: Int) throws(LifeboatError) -> [Int] {
        var (ports, sockets): ([Int], [Int32]) = ([], [])
        // All sockets stay open until the last is bound, so that no port is given twice.
        defer { for descriptor in sockets { close(descriptor) } }
        for _ in 0..<count {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            guard descriptor >= 0 else { throw failure() }
            sockets.append(descriptor)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
                }
            }
            guard isBound else { throw failure() }
            ports.append(Int(UInt16(bigEndian: address.sin_port)))
        }
        return ports
    }

    private static func failure() -> LifeboatError {
        LifeboatError(.drillTargetUnavailable, "no free port on loopback: \(String(cString: strerror(errno)))")
    }
}
