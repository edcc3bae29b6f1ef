/// What an object names and cannot do without. Pure.
package enum ObjectDependencies {
    /// A field that holds the name of another object.
    private struct Field: Sendable {
        let path: FieldPath
        let kind: GroupKind
        let isNamespaced: Bool

        init(_ path: String, _ kind: GroupKind, isNamespaced: Bool = true) {
            self.path = FieldPath(path)
            self.kind = kind
            self.isNamespaced = isNamespaced
        }
    }

    package static let account = core("ServiceAccount")
    private static let storageClass = GroupKind(group: "storage.k8s.io", kind: "StorageClass")

    private static func volumeSnapshot(_ suffix: String) -> GroupKind {
        GroupKind(group: "snapshot.storage.k8s.io", kind: "VolumeSnapshot\(suffix)")
    }
    private static func core(_ kind: String) -> GroupKind { GroupKind(group: "", kind: kind) }

    private static let podFields: [(path: String, kind: GroupKind, isNamespaced: Bool)] =
        ["containers", "initContainers"].flatMap { list in
            [
                ("\(list)/*/envFrom/*/configMapRef/name", core("ConfigMap"), true),
                ("\(list)/*/envFrom/*/secretRef/name", core("Secret"), true),
                ("\(list)/*/env/*/valueFrom/configMapKeyRef/name", core("ConfigMap"), true),
                ("\(list)/*/env/*/valueFrom/secretKeyRef/name", core("Secret"), true),
            ]
        } + [
            ("volumes/*/configMap/name", core("ConfigMap"), true),
            ("volumes/*/secret/secretName", core("Secret"), true),
            ("volumes/*/projected/sources/*/configMap/name", core("ConfigMap"), true),
            ("volumes/*/projected/sources/*/secret/name", core("Secret"), true),
            ("volumes/*/persistentVolumeClaim/claimName", core("PersistentVolumeClaim"), true),
            ("volumes/*/ephemeral/volumeClaimTemplate/spec/storageClassName", storageClass, false),
            ("imagePullSecrets/*/name", core("Secret"), true),
            ("serviceAccountName", account, true),
            ("priorityClassName", GroupKind(group: "scheduling.k8s.io", kind: "PriorityClass"), false),
            ("runtimeClassName", GroupKind(group: "node.k8s.io", kind: "RuntimeClass"), false),
        ]

    private static let fields: [GroupKind: [Field]] = [
        GroupKind(group: "apps", kind: "StatefulSet"): [
            Field("spec/serviceName", core("Service")),
            Field("spec/volumeClaimTemplates/*/spec/storageClassName", storageClass, isNamespaced: false),
        ],
        core("PersistentVolumeClaim"): [
            Field("spec/volumeName", core("PersistentVolume"), isNamespaced: false),
            Field("spec/storageClassName", storageClass, isNamespaced: false),
        ],
        core("PersistentVolume"): [Field("spec/storageClassName", storageClass, isNamespaced: false)],
        volumeSnapshot(""): [
            Field("spec/volumeSnapshotClassName", volumeSnapshot("Class"), isNamespaced: false),
            Field("status/boundVolumeSnapshotContentName", volumeSnapshot("Content"), isNamespaced: false),
            Field("spec/source/volumeSnapshotContentName", volumeSnapshot("Content"), isNamespaced: false),
        ],
        volumeSnapshot("Content"): [
            Field("spec/volumeSnapshotClassName", volumeSnapshot("Class"), isNamespaced: false)
        ],
        account: [
            Field("secrets/*/name", core("Secret")), Field("imagePullSecrets/*/name", core("Secret")),
        ],
        GroupKind(group: "networking.k8s.io", kind: "Ingress"): [
            Field("spec/rules/*/http/paths/*/backend/service/name", core("Service")),
            Field("spec/defaultBackend/service/name", core("Service")),
            Field("spec/tls/*/secretName", core("Secret")),
            Field(
                "spec/ingressClassName",
                GroupKind(group: "networking.k8s.io", kind: "IngressClass"),
                isNamespaced: false
            ),
        ],
    ]

    /// Whether objects of a kind name others besides their owners.
    package static func mayName(_ kind: GroupKind) -> Bool {
        fields[kind] != nil || PodSpecPath.of(kind) != nil || kind.group == "rbac.authorization.k8s.io"
    }

    package static func of(_ object: JSONValue) -> Set<ObjectKey> {
        guard let identity = ObjectIdentity(of: object) else { return [] }
        var found: Set<ObjectKey> = []
        let (namespace, kind) = (identity.namespace, identity.groupVersionKind.groupKind)
        func add(_ path: FieldPath, _ kind: GroupKind, isNamespaced: Bool) {
            for name in object.texts(at: path) where !name.isEmpty {
                found.insert(ObjectKey(kind, namespace: isNamespaced ? namespace : nil, name: name))
            }
        }
        for owner in OwnerReference.all(of: object) {
            for place in [namespace, nil] {
                found.insert(ObjectKey(owner.groupVersionKind.groupKind, namespace: place, name: owner.name))
            }
        }
        if let path = PodSpecPath.of(kind) {
            for field in podFields {
                add(FieldPath("\(path)/\(field.path)"), field.kind, isNamespaced: field.isNamespaced)
            }
        }
        for field in fields[kind] ?? [] { add(field.path, field.kind, isNamespaced: field.isNamespaced) }
        if kind.group == "rbac.authorization.k8s.io", let role = object["roleRef", "kind"]?.string {
            add("roleRef/name", GroupKind(group: kind.group, kind: role), isNamespaced: role == "Role")
        }
        if let target = object["spec", "scaleTargetRef"] {
            let version = GroupVersionKind(
                apiVersion: target["apiVersion"]?.string ?? "",
                kind: target["kind"]?.string ?? ""
            )
            add("spec/scaleTargetRef/name", version.groupKind, isNamespaced: true)
        }
        return found
    }

    /// The accounts that a binding gives something to.
    package static func accounts(of binding: JSONValue) -> Set<ObjectKey> {
        Set(
            (binding["subjects"]?.array ?? []).compactMap { subject in
                guard subject["kind"]?.string == account.kind, let name = subject["name"]?.string else { return nil }
                return ObjectKey(account, namespace: subject["namespace"]?.string, name: name)
            }
        )
    }
}
