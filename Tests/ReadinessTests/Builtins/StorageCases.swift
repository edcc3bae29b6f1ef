import KubernetesObjects

@testable import Readiness

extension BuiltinCase {
    private static func claim(
        _ phase: String,
        volume: String? = "disk-1",
        storageClass: String = "storageClassName: fast",
        uid: String = "c1"
    ) -> String {
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data, namespace: shop, uid: \(uid)}
        spec: {\(volume.map { "volumeName: \($0)," } ?? "") \(storageClass)}
        status: {phase: \(phase)}
        """
    }

    private static func volume(_ name: String = "disk-1", handle: String = "h1", claim: String = "c1") -> String {
        """
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: \(name)}
        spec: {csi: {driver: ssd.disk.example, volumeHandle: \(handle)}, claimRef: {uid: \(claim)}}
        """
    }

    private static func storageClass(_ name: String, isDefault: Bool = false, mode: String = "Immediate") -> String {
        """
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: {name: \(name), annotations: {storageclass.kubernetes.io/is-default-class: "\(isDefault)"}}
        provisioner: ssd.disk.example
        volumeBindingMode: \(mode)
        """
    }

    private static let data = "PersistentVolumeClaim shop/data"

    static let claims: [BuiltinCase] = [
        BuiltinCase(
            "claims-bound",
            "claim and volume point at each other",
            .pass,
            Sample.join(claim("Bound"), volume())
        ),
        BuiltinCase("claims-bound", "its volume is not there", .fail, claim("Bound"))
            .finding("fail \(data) at /spec/volumeName: is bound to the volume disk-1, which does not exist"),
        BuiltinCase(
            "claims-bound",
            "its volume is another claim's",
            .fail,
            Sample.join(claim("Bound"), volume(claim: "c0"))
        )
        .finding("fail PersistentVolume disk-1 at /spec/claimRef/uid: is bound to another claim than shop/data"),
        BuiltinCase("claims-bound", "it is pending though nodes run", .fail, Sample.join(Sample.node, claim("Pending")))
            .finding("fail \(data) at /status/phase: is Pending"),
        BuiltinCase(
            "claims-bound",
            "it waits for its first consumer",
            .warn,
            Sample.join(Sample.node, claim("Pending"), storageClass("fast", mode: "WaitForFirstConsumer"))
        )
        .finding("warn \(data) at /status/phase: is Pending: it waits for a Pod or a provisioner"),
        BuiltinCase("claims-bound", "without nodes no provisioner runs", .warn, claim("Pending")).live()
            .finding("warn \(data) at /status/phase: is Pending: it waits for a Pod or a provisioner"),
        BuiltinCase("claims-bound", "a lost volume is lost without nodes too", .fail, claim("Lost")).live()
            .finding("fail \(data) at /status/phase: is Lost: its volume is gone"),
        BuiltinCase("claims-bound", "volumes that cannot be read", .unknown, claim("Bound"))
            .unreadable(.volume, "forbidden").reason("PersistentVolume could not be read: forbidden"),
    ]

    private static let set = """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: db, namespace: shop}
        spec: {volumeClaimTemplates: [{metadata: {name: data}, spec: {storageClassName: slow}}]}
        """

    static let storageClasses: [BuiltinCase] = [
        BuiltinCase(
            "storage-classes-resolve",
            "named and default classes",
            .pass,
            Sample.join(
                claim("Bound", volume: nil),
                storageClass("fast", isDefault: true),
                storageClass("slow"),
                set,
                volume()
            )
        ),
        BuiltinCase("storage-classes-resolve", "a class is lost", .fail, Sample.join(set, storageClass("fast")))
            .finding(
                "fail StatefulSet.apps shop/db at /spec/volumeClaimTemplates/0/spec/storageClassName: "
                    + "wants the StorageClass slow, which does not exist"
            ),
        BuiltinCase(
            "storage-classes-resolve",
            "the default is lost",
            .fail,
            Sample.join(claim("Pending", volume: nil, storageClass: "x: y"), storageClass("fast"))
        )
        .finding("fail \(data) at /spec/storageClassName: wants the default class, and there is none"),
        BuiltinCase(
            "storage-classes-resolve",
            "two defaults, and two volumes of one disk",
            .fail,
            Sample.join(
                storageClass("a", isDefault: true),
                storageClass("b", isDefault: true),
                volume(),
                volume("disk-2")
            )
        )
        .finding(
            "fail PersistentVolume disk-2 at /spec/csi/volumeHandle: shares its volume handle with disk-1",
            "fail cluster at /default-class: 2 classes are the default: a, b"
        ),
        BuiltinCase("storage-classes-resolve", "a bound claim needs its class no more", .skip, claim("Bound"))
            .reason("there is nothing to look at"),
    ]
}
