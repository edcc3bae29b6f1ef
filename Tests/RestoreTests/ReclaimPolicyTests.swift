import KubernetesObjects
import Testing

@testable import Restore

@Suite struct `The reclaim policy of restored volumes` {
    private func volume(_ phase: String = "Bound", uid: JSONValue = "u", was policy: String = "Delete") -> JSONValue {
        [
            "metadata": [
                "name": "pv", "resourceVersion": "7",
                "annotations": ["lifeboat.dr/original-reclaim-policy": .string(policy)],
            ],
            "spec": ["claimRef": ["namespace": "shop", "name": "data", "uid": uid]],
            "status": ["phase": .string(phase)],
        ]
    }

    private func claim(_ phase: String = "Bound", of volume: JSONValue = "pv") -> JSONValue {
        [
            "metadata": ["namespace": "shop", "name": "data", "uid": "u"], "spec": ["volumeName": volume],
            "status": ["phase": .string(phase)],
        ]
    }

    private func verdict(_ volume: JSONValue, _ claims: JSONValue...) -> ReclaimPolicies.Verdict? {
        ReclaimPolicies(volumes: [volume], claims: claims).volumes.first?.verdict
    }

    @Test func `is set back when volume and claim are bound to each other`() {
        #expect(verdict(volume(), claim()) == .setBack("Delete"))
        #expect(verdict(volume(was: "Recycle"), claim()) == .setBack("Recycle"))
    }

    @Test func `stays while anything is missing, because the disk would be deleted`() {
        #expect(verdict(volume("Available"), claim()) == .stays("it is not bound to a claim (Available)"))
        #expect(verdict(volume("Released"), claim()) == .stays("it is not bound to a claim (Released)"))
        #expect(verdict(volume()) == .stays("its claim shop/data is not there"))
        let unbound = ReclaimPolicies.Verdict.stays("its claim shop/data is not bound to it")
        #expect(verdict(volume(), claim("Pending")) == unbound)
        #expect(verdict(volume(), claim(of: "other")) == unbound)
        #expect(verdict(volume(uid: "old"), claim()) == unbound)
        #expect(
            verdict(volume(was: "Destroy"), claim())
                == .stays("its annotation names “Destroy”, which is no reclaim policy")
        )
    }

    @Test func `of volumes that no restore made is nobody's business`() {
        #expect(ReclaimPolicies(volumes: [["metadata": ["name": "own"]]], claims: []).volumes.isEmpty)
    }
}
