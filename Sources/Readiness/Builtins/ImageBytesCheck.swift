import KubernetesObjects
import Policies

extension ImageChecks {
    /// Every container runs the bytes that a container with the same image's name ran in the snapshot: a tag can be moved, and the
    /// digest that the node reports tells (`status.containerStatuses[].imageID`, Pod v1 in the Kubernetes API reference).
    static let bytesUnchanged: ReadinessBuiltin = { context throws(UnreadableKind) in
        var result = Examination()
        guard let reference = context.reference else { return result }
        let before = try digests(in: reference)
        for (image, now) in try digests(in: context.inventory).sorted(by: { $0.key < $1.key }) {
            guard let old = before[image] else { continue }
            result.examined += 1
            for (digest, pod) in now.sorted(by: { $0.key < $1.key }) where old[digest] == nil {
                let ran = old.keys.sorted().map(short).joined(separator: ", ")
                result.fail(
                    pod,
                    "runs \(image) as \(short(digest)), and in the snapshot that name was \(ran)",
                    at: "/status"
                )
            }
        }
        return result
    }

    /// By the image's name as the Pods write it: each digest that runs, with the first Pod that runs it.
    private static func digests(in inventory: ObjectInventory) throws(UnreadableKind)
        -> [String: [String: ObjectIdentity]]
    {
        var found: [String: [String: ObjectIdentity]] = [:]
        for pod in try inventory.objects(.pod) {
            guard let identity = ObjectIdentity(of: pod) else { continue }
            for (containers, statuses) in [
                ("containers", "containerStatuses"), ("initContainers", "initContainerStatuses"),
            ] {
                let names = Dictionary(
                    (pod["spec", containers]?.array ?? []).compactMap { container in
                        container["name"]?.string.flatMap { name in container["image"]?.string.map { (name, $0) } }
                    },
                    uniquingKeysWith: { first, _ in first }
                )
                for status in pod["status", statuses]?.array ?? [] {
                    guard let image = status["name"]?.string.flatMap({ names[$0] }),
                        let digest = status["imageID"]?.string.flatMap({ ImageReference($0).digest })
                    else { continue }
                    let known = found[image]?[digest]
                    found[image, default: [:]][digest] = known.map { min($0, identity) } ?? identity
                }
            }
        }
        return found
    }

    /// `sha256:0cdc105871d4`, as people compare digests.
    private static func short(_ digest: String) -> String { String(digest.prefix(19)) }
}
